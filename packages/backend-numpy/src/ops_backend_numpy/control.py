"""NumPy, family control: there is nothing to trace, and `ops` branches and loops in Python."""
