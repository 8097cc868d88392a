"""The first run: a company from nothing to its first document, in steps that can be left and taken up again."""
