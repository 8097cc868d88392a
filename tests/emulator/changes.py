"""Small changes to a sample document, written as a path and a value."""

from typing import Any

from tests.emulator.documents.parts import Document

Changes = dict[str, Any]


def changed(document: Document, changes: Changes) -> Document:
    """Put values at dotted paths; rows count from 0. The document itself is changed and returned."""
    for path, value in changes.items():
        *parents, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        node: Any = document
        for step in parents:
            node = node[step]
        node[last] = value
    return document
