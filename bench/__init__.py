"""Measurements, explained in bench/README.md. `make bench` prints one line per figure."""
