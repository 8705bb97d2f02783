"""The interface to the four engine programs: image, configuration, supervision, and their control protocols."""
