"""The records of composite ops: a module for each family, with a list `RECORDS`."""
