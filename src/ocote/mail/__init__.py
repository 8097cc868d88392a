"""E-mails to customers: their content, and SMTP."""
