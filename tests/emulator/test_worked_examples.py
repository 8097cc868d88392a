"""The worked documents of the wider sales, which lie beside MH's schemas, and their mutations, before the emulator."""

import runpy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from ocote.emulator.certificate import public_key_of
from ocote.emulator.companies import Company, Registry
from ocote.emulator.facts import facts_of
from ocote.emulator.ledger import Ledger
from ocote.emulator.messages import Finding
from ocote.emulator.policy import Policy
from ocote.emulator.rules.reading import Reading
from ocote.emulator.rules.rulebook import first_broken_rule
from ocote.emulator.shapes.registry import DOCUMENTS
from tests.emulator.documents.parts import Document
from tests.emulator_fixture import shared_certificate
from tests.official import NO_WORKED_SALES, worked_sales, worked_sales_folder

Mutation = tuple[str, str, Callable[[Document], None]]

_ABSENT = object()
_COUNT = 43

_BUYER = "13"
_RELATED = "14"
_LINES = "15"
_SUMMARY = "16"

VERDICTS: dict[tuple[str, str], tuple[str, str, str] | None] = {
    ("01-v2-3", "NRC beside a passport"): None,
    ("01-v2-1", "tributo 20 in a line and the summary"): ("007", _LINES, "cuerpoDocumento.1.tributos"),
    ("01-v2-1", "anonymous buyer from 1,095.00 up"): ("020", _SUMMARY, "resumen.montoTotalOperacion"),
    ("01-v2-1", "all taxed fields of a line at once"): ("007", _LINES, "cuerpoDocumento.1.ventaGravada"),
    ("01-v2-6", "related CCF"): ("007", _RELATED, "documentoRelacionado.1.tipoDocumento"),
    ("01-v1-1", "payments null"): None,
    ("01-v1-1", "payment method as an empty text, for the pattern has empty alternatives"): (
        "003",
        _SUMMARY,
        "resumen.pagos.1.codigo",
    ),
    ("01-v1-1", "payment method 06, which is in no catalog now"): None,
    ("01-v1-1", "negative unit price"): ("007", _LINES, "cuerpoDocumento.1.precioUni"),
    ("01-v2-1", "negative unit price"): ("007", _LINES, "cuerpoDocumento.1.precioUni"),
    ("01-v1-1", "line code"): None,
    ("01-v1-6", "line of kind 3"): None,
    ("03-v2-1", "credit without term"): ("005", _SUMMARY, "resumen.pagos.1.plazo"),
    ("03-v2-1", "payments null"): ("005", _SUMMARY, "resumen.pagos"),
    ("03-v2-1", "receiver without NRC"): ("005", _BUYER, "receptor.nrc"),
    ("03-v2-2", "total zero"): ("020", _SUMMARY, "resumen.montoTotalOperacion"),
    ("11-v1-1", "driver null beside transport: the condition names a misspelled key"): (
        "005",
        _RELATED,
        "otrosDocumentos.4.numConductor",
    ),
    ("11-v2-1", "transport without plate"): ("005", _RELATED, "otrosDocumentos.4.placaTrans"),
    ("11-v2-1", "positive balance in favour"): ("007", _SUMMARY, "resumen.saldoFavor"),
    ("11-v1-1", "receiver null"): None,
    ("11-v1-2", "insurance null"): None,
}
"""What the rules say of the mutations that the schemas admit: code, class and field, or None where nothing is wrong."""


def _put(path: tuple[str | int, ...], value: Any) -> Callable[[Document], None]:
    *way, last = path

    def mutate(document: Document) -> None:
        place: Any = document
        for step in way:
            place = place[step]
        if value is _ABSENT:
            del place[last]
        else:
            place[last] = value

    return mutate


def _mutations(name: str) -> list[Any]:
    folder = worked_sales_folder()
    if folder is None:
        return [_missing()]
    known = runpy.run_path(str(folder / "refusals.py"), {"put": _put, "DROP": _ABSENT, "Decimal": Decimal})
    return [pytest.param(each, id=f"{each[0]} {each[1]}") for each in known[name]]


def _examples() -> list[Any]:
    folder = worked_sales_folder()
    return [_missing()] if folder is None else sorted(path.stem for path in folder.glob("*.json"))


def _missing() -> Any:
    return pytest.param(None, marks=pytest.mark.skip(reason=NO_WORKED_SALES))


def _read(name: str) -> Document:
    return worked_sales(name)[name]


def _mutated(mutation: Mutation) -> Document:
    name, _, mutate = mutation
    document = _read(name)
    mutate(document)
    return document


def _meets_its_shape(document: Document) -> bool:
    head = document["identificacion"]
    return DOCUMENTS[head["tipoDte"], head["version"]](document) is None


def _finding(document: Document) -> Finding | None:
    """What the rules say of a document at its own moment, with its issuer registered."""
    emitter, facts = document["emisor"], facts_of(document)
    key = public_key_of(shared_certificate())
    issuer = Company(emitter["nit"], emitter["nrc"], emitter["nombre"], "00", emitter["nit"], "Clave#1", key)
    reading = Reading(document, facts, issuer, facts.issued_at, Ledger(), Registry([issuer]), Policy())
    return first_broken_rule(reading)


@pytest.mark.parametrize("name", _examples())
def test_a_worked_example_meets_shape_and_rules(name: str) -> None:
    document = _read(name)
    assert _meets_its_shape(document)
    assert _finding(document) is None


def test_no_worked_example_is_missing() -> None:
    assert len(worked_sales()) == _COUNT


@pytest.mark.parametrize("mutation", _mutations("REFUSED"))
def test_what_the_schema_refuses_is_refused_by_the_shape(mutation: Mutation) -> None:
    assert not _meets_its_shape(_mutated(mutation))


@pytest.mark.parametrize("mutation", _mutations("ADMITTED"))
def test_what_the_schema_admits_is_judged_by_the_rules(mutation: Mutation) -> None:
    name, what, _ = mutation
    document = _mutated(mutation)
    assert _meets_its_shape(document)
    found, expected = _finding(document), VERDICTS[name, what]
    if expected is None:
        assert found is None
    else:
        code, class_code, field = expected
        assert found is not None
        assert (found.code, found.class_code) == (code, class_code)
        assert found.text.startswith(f"[{field}] ")
