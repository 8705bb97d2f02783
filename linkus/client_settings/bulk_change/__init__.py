"""Bulk changes of client settings (SP-2): their check, their making in the background, and their undo."""
