"""The history of every client setting: who changed it and when, its value at any past moment, and its return."""
