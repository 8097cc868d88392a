"""Logging in, confirming and accepting an invitation with the identity provider of the operator."""
