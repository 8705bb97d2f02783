"""Mutation testing of the pure modules: see docs/mutation.md."""
