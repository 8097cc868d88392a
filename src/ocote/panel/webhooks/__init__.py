"""Webhooks: where the software of a company receives announcements of its documents."""
