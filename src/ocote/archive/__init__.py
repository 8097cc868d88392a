"""Reads what was issued: documents, files, exports, books, verification. Nothing here writes."""
