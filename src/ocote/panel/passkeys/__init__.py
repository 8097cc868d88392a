"""Passkeys of people: the list's pages, and the forms by which they are used at the login."""
