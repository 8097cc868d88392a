"""Writes the documents of a span of days as one file."""
