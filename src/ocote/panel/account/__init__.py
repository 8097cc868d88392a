"""A person's own account: name, language, password, second factor, sessions."""
