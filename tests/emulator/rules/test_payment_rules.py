"""Several payments, their forms, references and terms, under each condition (01, 03, 11, 14)."""

from decimal import Decimal
from typing import Any

import pytest

from tests.emulator.changes import Changes, changed
from tests.emulator.client import Client
from tests.emulator.documents import excluded_subject, export_invoice, invoice, tax_credit
from tests.emulator.documents.parts import Document, Emission
from tests.emulator.documents.wider import part_on_credit, part_paid_by_card, part_paid_in_cash

D = Decimal

Verdict = tuple[str, str, str]

EACH = [
    pytest.param(invoice.v1, "9.25", id="01 v1"),
    pytest.param(invoice.v2, "9.25", id="01 v2"),
    pytest.param(tax_credit.v3, "129.04", id="03 v3"),
    pytest.param(tax_credit.v4, "129.04", id="03 v4"),
    pytest.param(export_invoice.v1, "1258.20", id="11 v1"),
    pytest.param(export_invoice.v3, "1258.20", id="11 v3"),
    pytest.param(excluded_subject.v1, "78.00", id="14 v1"),
    pytest.param(excluded_subject.v2, "78.00", id="14 v2"),
]
"""Documents with what is left to pay after 20.00 in cash and 10.00 by card."""


def _paid(document: Document, condition: int, *parts: Document) -> Document:
    document["resumen"] |= {"condicionOperacion": condition, "pagos": list(parts)}
    return document


@pytest.mark.parametrize(("make", "rest"), EACH)
def test_a_document_may_be_paid_in_several_ways(client: Client, emission: Emission, make: Any, rest: str) -> None:
    cash, card = part_paid_in_cash("20"), part_paid_by_card("10")
    assert client.send(_paid(make(emission), 1, cash, card, part_paid_by_card(rest))).status == 200
    on_credit = [part_on_credit("20"), part_on_credit("10"), part_on_credit(rest)]
    assert client.send(_paid(make(emission.next()), 2, *on_credit)).status == 200
    assert client.send(_paid(make(emission.next().next()), 3, cash, card, part_on_credit(rest))).status == 200


@pytest.mark.parametrize("off", ["0.02", "-0.02"])
@pytest.mark.parametrize(("make", "rest"), EACH)
def test_the_payments_add_up_to_what_is_paid(
    client: Client, emission: Emission, make: Any, rest: str, off: str
) -> None:
    last = part_paid_in_cash(str(D(rest) + D(off)))
    document = _paid(make(emission), 1, part_paid_in_cash("20"), part_paid_by_card("10"), last)
    assert client.send(document).verdict == ("020", "16", "[resumen.pagos] CALCULO INCORRECTO")


CONDITIONS: list[tuple[int, Changes, Verdict]] = [
    (1, {"2.plazo": "01"}, ("024", "16", "[resumen.pagos.3.plazo] VALOR EN CAMPO NO APLICA")),
    (1, {"2.periodo": 30}, ("024", "16", "[resumen.pagos.3.periodo] VALOR EN CAMPO NO APLICA")),
    (3, {"2.plazo": "01"}, ("005", "16", "[resumen.pagos.3.periodo] DEBE PROPORCIONAR UN VALOR")),
    (3, {"2.periodo": 30}, ("005", "16", "[resumen.pagos.3.plazo] DEBE PROPORCIONAR UN VALOR")),
    (3, {}, ("007", "16", "[resumen.condicionOperacion] VALOR NO ES PERMITIDO")),
    (1, {"0.referencia": "RECIBO-1"}, ("024", "16", "[resumen.pagos.1.referencia] VALOR EN CAMPO NO APLICA")),
    (1, {"1.codigo": "07"}, ("003", "16", "[resumen.pagos.2.codigo] VALOR NO VALIDO")),
]


@pytest.mark.parametrize(("condition", "changes", "verdict"), CONDITIONS, ids=lambda value: str(value)[:50])
@pytest.mark.parametrize(("make", "rest"), EACH)
def test_terms_references_and_forms_fit_the_condition(
    client: Client, emission: Emission, make: Any, rest: str, condition: int, changes: Changes, verdict: Verdict
) -> None:
    parts = [part_paid_in_cash("20"), part_paid_by_card("10"), part_paid_by_card(rest)]
    document = _paid(make(emission), condition, *parts)
    assert client.send(
        changed(document, {f"resumen.pagos.{key}": value for key, value in changes.items()})
    ).verdict == (verdict)


@pytest.mark.parametrize(("make", "rest"), [each for each in EACH if "v2" in str(each.id) or "v4" in str(each.id)])
def test_a_part_without_term_is_no_sale_on_credit(client: Client, emission: Emission, make: Any, rest: str) -> None:
    document = _paid(make(emission), 2, part_on_credit("20"), part_on_credit("10"), part_paid_by_card(rest))
    assert client.send(document).verdict == ("005", "16", "[resumen.pagos.3.plazo] DEBE PROPORCIONAR UN VALOR")


@pytest.mark.parametrize(("make", "rest"), EACH)
def test_a_sale_all_on_credit_is_not_a_mixed_one(client: Client, emission: Emission, make: Any, rest: str) -> None:
    document = _paid(make(emission), 3, part_on_credit("20"), part_on_credit("10"), part_on_credit(rest))
    assert client.send(document).verdict == ("007", "16", "[resumen.condicionOperacion] VALOR NO ES PERMITIDO")


@pytest.mark.parametrize("make", [invoice.v1, export_invoice.v3, excluded_subject.v2], ids=["01", "11", "14"])
def test_a_mixed_sale_lists_its_payments(client: Client, emission: Emission, make: Any) -> None:
    document = changed(make(emission), {"resumen.condicionOperacion": 3, "resumen.pagos": None})
    assert client.send(document).verdict == ("005", "16", "[resumen.pagos] DEBE PROPORCIONAR UN VALOR")


@pytest.mark.parametrize("count", [0, -1])
def test_a_term_has_a_count_above_zero(client: Client, emission: Emission, count: int) -> None:
    """The schema of v1 admits any number."""
    document = _paid(invoice.v1(emission), 2, part_on_credit("39.25") | {"periodo": count})
    assert client.send(document).verdict == ("007", "16", "[resumen.pagos.1.periodo] VALOR NO ES PERMITIDO")


def test_a_lone_payment_under_condition_3_is_taken_unless_told_otherwise(
    client: Client, emission: Emission, mh: Any
) -> None:
    document = changed(invoice.v2(emission), {"resumen.condicionOperacion": 3})
    mh.control.policy(lone_other_condition_accepted=False)
    try:
        assert client.send(document).verdict == ("007", "16", "[resumen.condicionOperacion] VALOR NO ES PERMITIDO")
    finally:
        mh.control.policy(lone_other_condition_accepted=True)
    assert client.send(document).status == 200
