"""Cancelling a stamped document (rules.md 5)."""
