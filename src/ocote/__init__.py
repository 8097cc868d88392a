"""A self-hosted gateway that issues El Salvador's electronic tax documents (DTE)."""

__version__ = "0.1.0"
