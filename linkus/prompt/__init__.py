"""Prompts that a company has recorded itself, in place of the spoken ones."""
