"""Lossless codes of int8 weights: numpy twins of runtime_c/kernels/coding."""
