"""What the features share. Imports no feature and nothing of the engine."""
