"""Algorithms that the kernels of several frameworks share: Philox, quantiles, resampling and Bessel series."""
