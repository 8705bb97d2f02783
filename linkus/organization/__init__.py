"""Departments, as a tree below the company, and extension groups: membership in them."""
