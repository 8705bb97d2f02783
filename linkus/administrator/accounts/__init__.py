"""The administrators' accounts: own names and extension users who hold a role."""
