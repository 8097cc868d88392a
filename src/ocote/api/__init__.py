"""API Connect over HTTP: parse, authenticate, limit, call the services, respond."""
