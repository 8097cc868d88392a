"""``codigoGeneracion``: the unique code of a document or event, a version 4 UUID in capitals (rules.md 2)."""

import re
from uuid import uuid4

_FORM = re.compile(r"[A-F0-9]{8}-[A-F0-9]{4}-[A-F0-9]{4}-[A-F0-9]{4}-[A-F0-9]{12}")


def new() -> str:
    """A fresh code; each is used for one document or one event only."""
    return str(uuid4()).upper()


def is_generation_code(text: str) -> bool:
    """Whether MH's schemas take ``text`` as a code; they do not look at the version digit, so neither do we.

    >>> is_generation_code("6B0D549B-6F03-475A-9600-A35A099950D8")
    True
    >>> is_generation_code("6b0d549b-6f03-475a-9600-a35a099950d8")
    False
    """
    return _FORM.fullmatch(text) is not None
