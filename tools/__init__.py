"""What the commands `benchmarks`, `fuzz` and `parity` share."""
