"""What else a sale may have: kinds of sale, global discounts, charges, taxes, several payments; amounts by hand."""

from decimal import Decimal
from typing import Any

from tests.emulator.documents import invoice, tax_credit
from tests.emulator.documents.parts import Document, paid_in_cash
from tests.emulator.documents.tax_credit import vat

D = Decimal

_NOTHING = {
    "totalNoSuj": 0,
    "totalExenta": 0,
    "totalGravada": 0,
    "descuNoSuj": 0,
    "descuExenta": 0,
    "descuGravada": 0,
    "porcentajeDescuento": 0,
    "totalDescu": 0,
    "tributos": None,
    "totalNoGravado": 0,
}
_WITHHELD = ("ivaRete", "ivaRete1", "ivaPerci", "ivaPerci1")


def selling(document: Document, lines: list[Document], payable: str, **summary: Any) -> Document:
    """The document with other lines, nothing withheld, and everything paid in cash."""
    document["cuerpoDocumento"] = lines
    paid = {"totalPagar": D(payable), "montoTotalOperacion": D(payable), "pagos": paid_in_cash(payable)}
    withheld = dict.fromkeys((key for key in _WITHHELD if key in document["resumen"]), 0)
    document["resumen"] |= _NOTHING | withheld | paid | summary
    return document


def mixed_invoice(document: Document) -> Document:
    """67.80 taxed, 10.00 exempt, 8.00 not subject, 5 % off each: 3.39, 0.50, 0.40; VAT 7.80 − 0.39."""
    return selling(
        document,
        [
            invoice.line(1, "3", "22.60", "0", "67.80", "7.80"),
            invoice.line(2, "4", "2.50", "0", "0", "0") | {"ventaExenta": D("10.00")},
            invoice.line(3, "1", "8.00", "0", "0", "0") | {"ventaNoSuj": D("8.00")},
        ],
        "81.51",
        **_mixed("67.80", "3.39", "85.80", "4.29", "81.51"),
        totalIva=D("7.41"),
    )


def mixed_ccf(document: Document) -> Document:
    """60.00 taxed, 10.00 exempt, 8.00 not subject, 5 % off each: 3.00, 0.50, 0.40; VAT 13 % of 57.00."""
    return selling(
        document,
        [
            tax_credit.line(1, "3", "20.00", "0", "60.00"),
            tax_credit.line(2, "4", "2.50", "0", "0") | {"ventaExenta": D("10.00"), "tributos": None},
            tax_credit.line(3, "1", "8.00", "0", "0") | {"ventaNoSuj": D("8.00"), "tributos": None},
        ],
        "81.51",
        **_mixed("60.00", "3.00", "78.00", "3.90", "74.10"),
        tributos=[vat("7.41")],
    )


def untaxed_invoice(document: Document) -> Document:
    """10.00 exempt and 8.00 not subject."""
    lines = mixed_invoice(document)["cuerpoDocumento"][1:]
    return selling(document, lines, "18.00", **_untaxed(), totalIva=0)


def untaxed_ccf(document: Document) -> Document:
    """10.00 exempt and 8.00 not subject."""
    return selling(document, mixed_ccf(document)["cuerpoDocumento"][1:], "18.00", **_untaxed())


def with_charge(document: Document, amount: str, payable: str) -> Document:
    """The document with a charge outside the tax base as its last line."""
    last = document["cuerpoDocumento"][-1]
    none = dict.fromkeys((key for key in last if key.startswith(("venta", "iva"))), 0)
    charge = last | none | {"numItem": last["numItem"] + 1, "cantidad": 1, "uniMedida": 99, "precioUni": 0}
    document["cuerpoDocumento"].append(charge | {"montoDescu": 0, "tributos": None, "noGravado": D(amount)})
    document["resumen"] |= {"totalNoGravado": D(amount), "totalPagar": D(payable)}
    if "pagos" in document["resumen"]:
        document["resumen"]["pagos"] = paid_in_cash(payable)
    return document


def lodging_invoice(document: Document) -> Document:
    """Three nights of 45.20 with VAT, 120.00 without; 5 % of this for tourism, 6.00, on top."""
    line = invoice.line(1, "3", "45.20", "0", "135.60", "15.60") | {"tipoItem": 2, "uniMedida": 99, "tributos": ["59"]}
    return selling(document, [line], "141.60", **_taxed("135.60", tax("59", "6.00")), totalIva=D("15.60"))


def lodging_ccf(document: Document) -> Document:
    """Three nights of 40.00: VAT 15.60 and tourism 6.00."""
    line = tax_credit.line(1, "3", "40.00", "0", "120.00") | {"tipoItem": 2, "uniMedida": 99, "tributos": ["20", "59"]}
    return selling(document, [line], "141.60", **_taxed("120.00", vat("15.60"), tax("59", "6.00")))


def flight_invoice(document: Document) -> Document:
    """A flight for two, 226.00 with VAT, and the airport's 7.00 for each."""
    line = invoice.line(1, "2", "113.00", "0", "226.00", "26.00") | {"tipoItem": 2, "uniMedida": 99, "tributos": ["71"]}
    return selling(document, [line], "240.00", **_taxed("226.00", tax("71", "14.00")), totalIva=D("26.00"))


def cement_invoice(document: Document) -> Document:
    """Fifty bags of 9.04, and their tax of 16.00 as a line of its own: 18.08 with VAT."""
    lines = [
        invoice.line(1, "50", "9.04", "0", "452.00", "52.00"),
        invoice.line(2, "1", "18.08", "0", "18.08", "2.08") | {"tipoItem": 4, "uniMedida": 99, "codTributo": "57"},
    ]
    return selling(document, lines, "470.08", **_taxed("470.08"), totalIva=D("54.08"))


def cement_ccf(document: Document) -> Document:
    """Fifty bags of 8.00, and their tax of 16.00 as a line of its own, both with VAT: 13 % of 416.00."""
    lines = [
        tax_credit.line(1, "50", "8.00", "0", "400.00"),
        tax_credit.line(2, "1", "16.00", "0", "16.00") | {"tipoItem": 4, "uniMedida": 99, "codTributo": "57"},
    ]
    return selling(document, lines, "470.08", **_taxed("416.00", vat("54.08")))


def liquor_invoice(document: Document) -> Document:
    """226.00 with VAT; its tax of 6.40 informs only."""
    line = invoice.line(1, "10", "22.60", "0", "226.00", "26.00") | {"tributos": ["C5"]}
    return selling(document, [line], "226.00", **_taxed("226.00", tax("C5", "6.40")), totalIva=D("26.00"))


def liquor_ccf(document: Document) -> Document:
    """200.00 and VAT 26.00; the tax of 6.40 informs only."""
    line = tax_credit.line(1, "10", "20.00", "0", "200.00") | {"tributos": ["20", "C5"]}
    return selling(document, [line], "226.00", **_taxed("200.00", vat("26.00"), tax("C5", "6.40")))


def tax(code: str, amount: str) -> Document:
    return {"codigo": code, "descripcion": f"Tributo {code}", "valor": D(amount)}


def part_paid_in_cash(amount: str) -> Document:
    return paid_in_cash(amount)[0]


def part_paid_by_card(amount: str) -> Document:
    return part_paid_in_cash(amount) | {"codigo": "03", "referencia": "AUT-000123"}


def part_on_credit(amount: str) -> Document:
    return part_paid_in_cash(amount) | {"codigo": "13", "plazo": "02", "periodo": 2}


def _mixed(taxed: str, off: str, sold: str, all_off: str, rest: str) -> Document:
    return {
        "totalNoSuj": D("8.00"),
        "totalExenta": D("10.00"),
        "totalGravada": D(taxed),
        "subTotalVentas": D(sold),
        "descuNoSuj": D("0.40"),
        "descuExenta": D("0.50"),
        "descuGravada": D(off),
        "porcentajeDescuento": 5,
        "totalDescu": D(all_off),
        "subTotal": D(rest),
    }


def _untaxed() -> Document:
    return {"totalNoSuj": 8, "totalExenta": 10, "subTotalVentas": 18, "subTotal": 18}


def _taxed(amount: str, *taxes: Document) -> Document:
    total = {"totalGravada": D(amount), "subTotalVentas": D(amount), "subTotal": D(amount)}
    return total | {"tributos": list(taxes) or None}
