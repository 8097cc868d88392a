"""The first pages of a company: its day, its month, and what is open."""
