"""State and arguments of tensor functions: Variables, scopes, seeds, operators and nested containers."""
