"""Sends messages after a change of state: e-mails to customers, announcements to webhooks."""
