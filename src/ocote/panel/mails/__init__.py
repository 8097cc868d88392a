"""The e-mails that leave the company."""
