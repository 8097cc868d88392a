"""Sample documents, hand-written after the worked examples of arithmetic.md, and ways to vary them."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parent / "samples"
STAMP = "20260FD630F1F29D4DA9953F48F1A09F76B5ZDOC"

WIDER_SALES = (
    "fuel",
    "hotel",
    "restaurant",
    "school",
    "ccf",
    "export",
    "everything",
    "note",
    "purchase",
)
"""The samples, in both editions, of sales beyond taxed goods."""

Document = dict[str, Any]


def sample(name: str) -> Document:
    """A fresh copy of ``samples/NAME.json`` with its numbers as Decimal."""
    document: Document = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"), parse_float=Decimal)
    return document


def with_lines(document: Document, count: int) -> Document:
    """The document with its lines repeated in turn and numbered up to ``count``; the summary stays unchanged."""
    lines = document["cuerpoDocumento"]
    document["cuerpoDocumento"] = [{**lines[at % len(lines)], "numItem": at + 1} for at in range(count)]
    return document


def on_several_documents(document: Document, count: int) -> Document:
    """The note, on ``count`` documents in turn, every third on paper; each line names the next of them."""
    [first] = document["documentoRelacionado"]
    documents = [
        {**first, "tipoGeneracion": 1, "numeroDocumento": f"17DS000F-45{at:02}", "fechaEmision": "2026-08-30"}
        if at % 3 == 2
        else {**first, "numeroDocumento": f"5A2C8E51-6B7D-4F3A-9C11-0D2E4F6A8B{at:02}"}
        for at in range(count)
    ]
    document["documentoRelacionado"] = documents
    for at, line in enumerate(document["cuerpoDocumento"]):
        line["numeroDocumento"] = documents[at % count]["numeroDocumento"]
    return document


def in_contingency(document: Document) -> Document:
    """The document, issued by contingency because the internet failed (CAT-005 code 3)."""
    document["identificacion"].update(tipoModelo=2, tipoOperacion=2, tipoContingencia=3)
    return document


def in_test_environment(document: Document) -> Document:
    """The document, issued in MH's test environment."""
    document["identificacion"]["ambiente"] = "00"
    return document
