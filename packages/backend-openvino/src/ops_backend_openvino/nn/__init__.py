"""The neural-network families on OpenVINO."""
