"""What an outage gives the customer: part of the fee back (J-S1), or compensation (B-S1)."""
