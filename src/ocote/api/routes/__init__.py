"""The endpoints of API Connect: each reads its request, calls the services, writes the response."""
