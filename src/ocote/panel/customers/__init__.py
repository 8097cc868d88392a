"""The pages of the customers that a company remembers."""
