"""What is measured, and how: bench/README.md. `make bench` prints a line a figure."""
