"""The key ring: where it comes from, how keys are added and taken out, and what they still hold.

`onhook.sealing` seals and opens; this room keeps the ring itself, and knows every sealed column
(`sealed_columns`).
"""
