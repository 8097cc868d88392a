"""Pages for people with a browser, rendered on the server and complete without JavaScript."""
