"""OpenVINO, family image: no kernels; what `ops` composes is compiled as one model."""
