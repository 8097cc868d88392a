"""The API keys of a company."""
