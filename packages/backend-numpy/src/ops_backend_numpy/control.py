"""NumPy, family control: nothing is traced, so `ops` branches and loops in Python."""
