"""The soak test: long runs with sizes that vary."""
