"""The audit log as every feature writes it. `linkus/audit` reads it."""
