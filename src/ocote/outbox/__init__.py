"""Messages that leave the gateway after a change of state: e-mails to customers, announcements to webhooks."""
