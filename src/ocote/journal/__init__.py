"""The journal: what was signed, appended outside the database before MH gets the first byte of it."""
