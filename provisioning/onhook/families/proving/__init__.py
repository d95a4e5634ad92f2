"""Prove families: what ``template check`` does.

proof = prove(families, "linphone")
proof.faults  # empty where all is well
"""

from onhook.families.proving.proof import Proof, prove

__all__ = ["Proof", "prove"]
