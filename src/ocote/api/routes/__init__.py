"""The endpoints of API Connect: each reads its request, asks the gateway, writes the answer."""
