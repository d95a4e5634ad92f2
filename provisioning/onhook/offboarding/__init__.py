"""Off-boarding: what somebody has still to do whose account, or whose contract, is over.

`gathering` finds out what that is, from accounts, devices, leases and what the PBX was asked for;
pages and mails tell it.
"""
