"""Issuing documents: from a valid request to a document that MH has stamped, refused or not yet answered."""
