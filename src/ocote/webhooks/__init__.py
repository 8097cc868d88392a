"""Announcements to the company's own software: their content and their sending."""
