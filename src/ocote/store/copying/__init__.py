"""Copies whole databases, of any kind and of any earlier version of the tables."""
