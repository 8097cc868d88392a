"""API Connect over HTTP: parse, authenticate, limit, call issuing, answer."""
