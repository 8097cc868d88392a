"""The switch of a company to MH's production environment, step by step."""
