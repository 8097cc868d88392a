"""The documents of a company: the list with its search, one document with its life, cancelling it."""
