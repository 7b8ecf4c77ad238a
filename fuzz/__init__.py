"""Invalid and unusual calls: `python fuzz`."""
