"""Accounts: identities on a PBX, typed one by one or imported from its export."""
