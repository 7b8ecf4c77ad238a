"""OpenVINO, family nn.normalization: the compiled bodies of `ops` serve."""
