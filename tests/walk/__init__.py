"""The main path, from an empty home to people in a call, with a person's means: pages, mail, a desk phone."""
