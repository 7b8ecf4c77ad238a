"""Which backend is active: loading, configuration, the Backend object, and locks."""
