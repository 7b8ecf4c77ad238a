"""Published packages that were written for keras, run on ops with only their imports changed: `python consumers`."""
