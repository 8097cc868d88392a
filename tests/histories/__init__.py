"""Databases of earlier versions of the tables, as a gateway left them one day, and what becomes of them now."""
