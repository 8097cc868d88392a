"""Nota de crédito (05): takes back a part of a CCF, or all of it."""
