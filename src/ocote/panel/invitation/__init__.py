"""Accepting an invitation, and the single-use link that lets a person in."""
