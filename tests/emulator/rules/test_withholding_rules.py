"""VAT withheld and collected, and the income tax of v1.x, in invoices (01), CCF (03) and notes (05)."""

from decimal import Decimal
from typing import Any

import pytest

from tests.emulator.changes import Changes, changed
from tests.emulator.client import Client
from tests.emulator.documents import credit_note, invoice, tax_credit, wider
from tests.emulator.documents.parts import Document, Emission, paid_in_cash

D = Decimal

_OF_1_PERCENT = ["0.60", "0.79", "0.55"]
"""One percent of the taxed sales before discount, of all sales, and two cents below the right amount."""


def _paying(document: Document, amount: str, changes: Changes) -> Document:
    document["resumen"] |= changes | {"totalPagar": D(amount), "pagos": paid_in_cash(amount)}
    return document


@pytest.mark.parametrize(
    ("make", "sell", "field"),
    [
        (invoice.v1, wider.mixed_invoice, "ivaRete1"),
        (invoice.v2, wider.mixed_invoice, "ivaRete"),
        (tax_credit.v3, wider.mixed_ccf, "ivaRete1"),
        (tax_credit.v4, wider.mixed_ccf, "ivaRete"),
    ],
    ids=["01 v1", "01 v2", "03 v3", "03 v4"],
)
def test_vat_is_withheld_on_the_net_taxed_sales_after_discount(
    client: Client, emission: Emission, make: Any, sell: Any, field: str
) -> None:
    """57.00 net of 60.00: 0.57; 81.51 less 0.57 is 80.94."""
    assert client.send(_paying(sell(make(emission)), "80.94", {field: D("0.57")})).status == 200
    for amount in _OF_1_PERCENT:
        paid = str(D("81.51") - D(amount))
        document = _paying(sell(make(emission.next())), paid, {field: D(amount)})
        assert client.send(document).verdict == ("020", "16", f"[resumen.{field}] CALCULO INCORRECTO")


@pytest.mark.parametrize(
    ("make", "field"), [(tax_credit.v3, "ivaPerci1"), (tax_credit.v4, "ivaPerci")], ids=["v3", "v4"]
)
def test_vat_is_collected_on_the_same_amount_and_added(
    client: Client, emission: Emission, make: Any, field: str
) -> None:
    assert client.send(_paying(wider.mixed_ccf(make(emission)), "82.08", {field: D("0.57")})).status == 200
    above = _paying(wider.mixed_ccf(make(emission.next())), "82.11", {field: D("0.60")})
    assert client.send(above).verdict == ("020", "16", f"[resumen.{field}] CALCULO INCORRECTO")
    taken_off = _paying(wider.mixed_ccf(make(emission.next())), "80.94", {field: D("0.57")})
    assert client.send(taken_off).verdict == ("020", "16", "[resumen.totalPagar] CALCULO INCORRECTO")


@pytest.mark.parametrize(
    ("make", "sell", "field", "paid"),
    [
        (invoice.v2, wider.untaxed_invoice, "ivaRete", "17.99"),
        (tax_credit.v4, wider.untaxed_ccf, "ivaRete", "17.99"),
        (tax_credit.v4, wider.untaxed_ccf, "ivaPerci", "18.01"),
    ],
    ids=["01 withheld", "03 withheld", "03 collected"],
)
def test_where_nothing_is_taxed_nothing_is_withheld_or_collected(
    client: Client, emission: Emission, make: Any, sell: Any, field: str, paid: str
) -> None:
    document = _paying(sell(make(emission)), paid, {field: D("0.01")})
    assert client.send(document).verdict == ("024", "16", f"[resumen.{field}] VALOR EN CAMPO NO APLICA")


def test_the_taxes_of_section_1_are_no_part_of_the_withheld_amount(client: Client, emission: Emission) -> None:
    """Lodging of 120.00: 1.20, not 1.26."""
    assert (
        client.send(_paying(wider.lodging_ccf(tax_credit.v4(emission)), "140.40", {"ivaRete": D("1.20")})).status == 200
    )
    with_tax = _paying(wider.lodging_ccf(tax_credit.v4(emission.next())), "140.34", {"ivaRete": D("1.26")})
    assert client.send(with_tax).verdict == ("020", "16", "[resumen.ivaRete] CALCULO INCORRECTO")


@pytest.mark.parametrize(
    ("make", "sell", "paid"),
    [(invoice.v1, wider.liquor_invoice, "206.00"), (tax_credit.v3, wider.liquor_ccf, "206.00")],
    ids=["01", "03"],
)
def test_income_tax_is_taken_off_and_is_not_above_the_net_price(
    client: Client, emission: Emission, make: Any, sell: Any, paid: str
) -> None:
    """226.00 is 200.00 net: 20.00 may be withheld, and never more than 200.00."""
    assert client.send(_paying(sell(make(emission)), paid, {"reteRenta": 20})).status == 200
    not_taken = _paying(sell(make(emission.next())), "226.00", {"reteRenta": 20})
    assert client.send(not_taken).verdict == ("020", "16", "[resumen.totalPagar] CALCULO INCORRECTO")
    above = _paying(sell(make(emission.next())), "25.99", {"reteRenta": D("200.01")})
    assert client.send(above).verdict == ("007", "16", "[resumen.reteRenta] VALOR NO ES PERMITIDO")


def test_the_income_tax_of_a_note_is_not_above_its_net_amount(client: Client, emission: Emission) -> None:
    ccf = tax_credit.v3(emission)
    assert client.send(ccf).status == 200
    note = changed(
        credit_note.v3(emission.next(), ccf),
        {"resumen.reteRenta": D("24.01"), "resumen.montoTotalOperacion": D("2.87")},
    )
    assert client.send(note).verdict == ("007", "16", "[resumen.reteRenta] VALOR NO ES PERMITIDO")
