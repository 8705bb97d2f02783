"""The port to the four programs: image, configuration, supervision, and the ways to ask them."""
