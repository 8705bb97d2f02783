"""The main path, from an empty home to people talking, by what a person has: pages, mail, a desk phone."""
