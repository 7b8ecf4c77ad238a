"""OpenVINO, family image: no kernels; the composites of `ops` are compiled as one model."""
