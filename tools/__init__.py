"""Code that the commands `benchmarks`, `fuzz` and `parity` share."""
