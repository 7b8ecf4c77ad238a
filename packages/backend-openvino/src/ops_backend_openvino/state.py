"""Family state: a Variable's value is the tensor itself, which is replaced."""
