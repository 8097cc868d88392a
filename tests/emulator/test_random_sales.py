"""Sales made at random by the formulas are stamped; with one amount two cents off they are not."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.emulator.client import Client
from tests.emulator.documents import invoice, tax_credit
from tests.emulator.documents.parts import Document, Emission, paid_in_cash

D = Decimal
_SEQUENCE = count(1)


@dataclass(frozen=True)
class Row:
    quantity: Decimal
    price: Decimal
    share_off: Decimal


# Six lines of 50 × 80.00 stay below the 25,000.00 from which a buyer must be identified.
ROWS = st.lists(
    st.builds(
        Row,
        quantity=st.decimals("0.0001", "50", places=4),
        price=st.decimals("0.01", "80", places=6),
        share_off=st.decimals("0", "0.9", places=2),
    ),
    min_size=1,
    max_size=6,
)
QUICKLY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(D("0.01"), ROUND_HALF_UP)


def _eight(value: Decimal) -> Decimal:
    return value.quantize(D("0.00000001"), ROUND_HALF_UP)


def _amounts(row: Row) -> tuple[Decimal, Decimal]:
    """Discount and amount of a line, at 8 decimals."""
    discount = _eight(row.quantity * row.price * row.share_off)
    return discount, _eight(row.quantity * row.price - discount)


def _invoice(emission: Emission, rows: list[Row]) -> Document:
    document = invoice.v2(emission)
    lines, discounts, taxed, vats = [], D(0), D(0), D(0)
    for position, row in enumerate(rows, start=1):
        discount, amount = _amounts(row)
        vat = _eight(amount / D("1.13") * D("0.13"))
        lines.append(invoice.line(position, str(row.quantity), str(row.price), str(discount), str(amount), str(vat)))
        discounts, taxed, vats = discounts + discount, taxed + amount, vats + vat
    total = _cents(taxed)
    document["cuerpoDocumento"] = lines
    document["resumen"] |= {
        "totalGravada": total,
        "subTotalVentas": total,
        "totalDescu": _cents(discounts),
        "subTotal": total,
        "montoTotalOperacion": total,
        "totalPagar": total,
        "totalIva": _cents(vats),
        "pagos": paid_in_cash(str(total)),
    }
    return document


def _tax_credit(emission: Emission, rows: list[Row]) -> Document:
    document = tax_credit.v4(emission)
    lines, discounts, taxed = [], D(0), D(0)
    for position, row in enumerate(rows, start=1):
        discount, amount = _amounts(row)
        line = tax_credit.line(position, str(row.quantity), str(row.price), str(discount), str(amount))
        lines.append(line if amount else line | {"tributos": None})
        discounts, taxed = discounts + discount, taxed + amount
    net = _cents(taxed)
    vat, withheld = _cents(net * D("0.13")), _cents(net * D("0.01"))
    payable = net + vat - withheld
    document["cuerpoDocumento"] = lines
    document["resumen"] |= {
        "totalGravada": net,
        "subTotalVentas": net,
        "totalDescu": _cents(discounts),
        "tributos": [tax_credit.vat(str(vat))] if taxed else None,
        "subTotal": net,
        "ivaRete": withheld,
        "montoTotalOperacion": net + vat,
        "totalPagar": payable,
        "pagos": paid_in_cash(str(payable)),
    }
    return document


@pytest.mark.parametrize("make", [_invoice, _tax_credit], ids=["invoice", "CCF"])
@QUICKLY
@given(rows=ROWS)
def test_a_sale_by_the_formulas_is_stamped(client: Client, make: Any, rows: list[Row]) -> None:
    emission = Emission(nit=client.company.nit, nrc=client.company.nrc, sequence=next(_SEQUENCE)).next()
    answer = client.send(make(emission, rows))
    assert answer.status == 200, answer.body


@pytest.mark.parametrize("make", [_invoice, _tax_credit], ids=["invoice", "CCF"])
@QUICKLY
@given(
    rows=ROWS,
    field=st.sampled_from(["totalGravada", "subTotalVentas", "subTotal", "totalDescu", "montoTotalOperacion"]),
    off=st.sampled_from([D("0.03"), D("-0.03"), D("1")]),
)
def test_a_sale_with_one_total_off_is_refused(
    client: Client, make: Any, rows: list[Row], field: str, off: Decimal
) -> None:
    emission = Emission(nit=client.company.nit, nrc=client.company.nrc, sequence=next(_SEQUENCE)).next()
    document = make(emission, rows)
    document["resumen"][field] = max(document["resumen"][field] + off, D(0))
    answer = client.send(document)
    if answer.status == 200:  # clamped at zero, the change may have vanished
        assert document["resumen"][field] == 0
    else:
        assert answer.body["codigoMsg"] == "020"
