"""A service's terms as records: what its file may say, one module per subject.

Every record that stands for a rule has a key ``rule`` with the rule's id. Records state; the
rules themselves are functions elsewhere.
"""
