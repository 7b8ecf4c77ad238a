"""The listed differences, a module for each family of ops."""
