"""The pages of the items that a company sells."""
