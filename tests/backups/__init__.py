"""Backups: what a file holds, what is refused, and what becomes of a database that was restored."""
