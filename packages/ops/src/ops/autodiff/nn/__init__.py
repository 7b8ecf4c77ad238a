"""Vjp rules of the neural network families."""
