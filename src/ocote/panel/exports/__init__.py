"""Exports of all documents of a span of days."""
