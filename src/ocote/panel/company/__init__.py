"""The data of a company: what is stored, and the forms that change it."""
