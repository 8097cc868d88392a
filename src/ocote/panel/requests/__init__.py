"""The requests of a company's programs to the API, and calls that a person tries."""
