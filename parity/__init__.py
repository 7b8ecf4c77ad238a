"""The sweep that compares ops with keras: `python parity`."""
