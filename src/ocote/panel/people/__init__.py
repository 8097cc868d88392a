"""The people of a company, their roles, and the invitations into it."""
