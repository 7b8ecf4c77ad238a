"""What calls of ops cost: `python benchmarks`."""
