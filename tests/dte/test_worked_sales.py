"""The worked documents of wider sales, written from their sales and compared whole (wider-sales.md 3)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from ocote.dte.arithmetic import compute
from ocote.dte.catalogs import Catalog, labels, old_regime_codes
from ocote.dte.editions import Edition, build_document
from ocote.dte.sale import Identity
from ocote.dte.types import DOCUMENT_TYPES
from tests.dte.official_rules import as_sent, assert_conforms
from tests.dte.worked_sales import WORKED_SALES
from tests.official import worked_sales

_EDITIONS: Mapping[str, Edition] = {"v1": "v1", "v2": "v2"}


def _as_this_program_words_it(worked: dict[str, Any]) -> dict[str, Any]:
    """The worked document with the labels of the catalogs, where it has free texts or codes of its own."""
    if DOCUMENT_TYPES[worked["identificacion"]["tipoDte"]].is_export:
        worked["receptor"]["descActividad"] = labels(Catalog.ACTIVITIES)["46900"]
        if worked["identificacion"]["version"] == 1 and worked["emisor"]["regimen"] is not None:
            worked["emisor"]["regimen"] = old_regime_codes()[worked["emisor"]["regimen"]]
    elif worked["receptor"] is None:
        unsaid = ("tipoDocumento", "numDocumento", "nrc", "codActividad", "descActividad", "direccion", "telefono")
        worked["receptor"] = {**dict.fromkeys((*unsaid, "correo")), "nombre": "Consumidor Final"}
    return worked


@pytest.mark.parametrize("name", WORKED_SALES)
def test_a_worked_document_is_written_from_its_sale_alone(name: str) -> None:
    doc_type, edition = name[:2], _EDITIONS[name[3:5]]
    worked, sold = _as_this_program_words_it(worked_sales(name)[name]), WORKED_SALES[name]
    head = worked["identificacion"]
    moment = datetime.fromisoformat(f"{head['fecEmi']}T{head['horEmi']}-06:00")
    identity = Identity("00", doc_type, head["numeroControl"], head["codigoGeneracion"], moment)
    document = as_sent(build_document(edition, identity, sold, compute(sold)))
    assert document == worked
    assert_conforms(edition, DOCUMENT_TYPES[doc_type].editions[edition].schema, document)


def test_no_worked_document_is_left_out() -> None:
    assert worked_sales().keys() == WORKED_SALES.keys()
