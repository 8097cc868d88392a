"""Issuing a document from the panel: drafts with live totals, tried and issued once."""
