"""Measurements, run with `make bench`; they print and never fail."""
