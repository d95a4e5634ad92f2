"""Who did what to which subject: a record to which entries are added and none is changed.

Each entry's code (HMAC-SHA256 under the key ring's audit key) covers the entry and the code of the
one before, so a change, a gap or another order breaks the chain. Where the chain ends is signed
too, so a tail that was cut off is missed.
"""
