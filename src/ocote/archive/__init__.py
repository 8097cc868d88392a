"""Reads issued documents: documents, files, exports, books, verification. Nothing here writes."""
