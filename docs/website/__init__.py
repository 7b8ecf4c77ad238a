"""Builds the documentation site: `python docs/website build`."""
