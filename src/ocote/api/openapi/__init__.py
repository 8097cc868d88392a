"""The description of API Connect in OpenAPI 3.0, made from the very tables and structs that the code works with."""

from ocote.api.openapi.document import document

__all__ = ["document"]
