"""Prompts that a company has recorded itself, which replace the spoken ones."""
