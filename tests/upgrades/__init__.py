"""A filled database of every earlier version becomes one of this version."""
