"""Devices that are lent out: their warranty, deadlines and charges, and their lives in time.

Each rule is one function that cites its id. `life` holds the states and what leads from one to
another; `history` puts events in order; `dues` and `charges` say what follows from them.
"""
