"""Issuing: from the request of a caller to a document with the stamp of MH, or to a document in contingency."""
