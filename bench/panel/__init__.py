"""Times every page of the panel over a large archive. README.md in ``bench`` says how to read the table."""
