"""Arranges the VAT books in legal form for paper: their columns, their order and their totals (books.md 6)."""
