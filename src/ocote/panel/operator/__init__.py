"""The pages of whoever operates the gateway: its companies, and its health."""
