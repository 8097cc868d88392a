"""Announcements to the company's own software: their content, and how they are sent."""
