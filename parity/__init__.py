"""The comparison of ops with keras on random calls: `python parity`."""
