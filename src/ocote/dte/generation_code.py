"""``codigoGeneracion``: the unique code of a document or event, a version 4 UUID in capitals (rules.md 2)."""

from uuid import uuid4


def new() -> str:
    """A fresh generation code; each code is used for one document or one event only."""
    return str(uuid4()).upper()
