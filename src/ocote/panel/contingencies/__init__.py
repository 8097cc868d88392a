"""Contingencies: what was issued without an answer of MH."""
