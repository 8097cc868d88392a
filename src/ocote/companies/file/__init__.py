"""Reads the company file, in TOML, into a checked company."""
