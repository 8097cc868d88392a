"""Writes the annexes of form F-07 (books.md)."""
