"""What a device is, what it may run and what it owes: pure rules, no input or output."""
