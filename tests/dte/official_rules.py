"""The tax authority's arithmetic, written a second time from its tables (arithmetic.md 11), for documents as sent."""

import json
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from jsonschema import Draft7Validator, FormatChecker

from ocote.dte.text import encode
from tests.official import official_schema

Document = Mapping[str, Any]

TOLERANCE = Decimal("0.01")
CENT = Decimal("0.01")


def as_sent(document: dict[str, Any]) -> dict[str, Any]:
    """What MH reads from the bytes that are signed, numbers exact."""
    read: dict[str, Any] = json.loads(encode(document), parse_float=Decimal)
    return read


def assert_conforms(edition: str, filename: str, document: Document) -> None:
    """The document passes the official schema, formats included, with its keys in the schema's order."""
    assert not schema_errors(edition, filename, document)
    _assert_order(official_schema(edition, filename), document, "$")


def schema_errors(edition: str, filename: str, document: Document) -> list[str]:
    """What the official schema says against the document, each as path and message."""
    validator = Draft7Validator(official_schema(edition, filename), format_checker=FormatChecker())
    with localcontext(prec=60):
        return sorted(f"{error.json_path}: {error.message}" for error in validator.iter_errors(document))


def _assert_order(schema: Mapping[str, Any], value: object, path: str) -> None:
    if isinstance(value, Mapping):
        properties = schema["properties"]
        assert list(value) == [key for key in properties if key in value], f"order of keys at {path}"
        for key, item in value.items():
            _assert_order(properties[key], item, f"{path}.{key}")
    elif isinstance(value, list):
        for item in value:
            _assert_order(schema["items"], item, f"{path}[]")


def close(sent: Decimal | int, expected: Decimal | int) -> bool:
    """Equal within MH's tolerance."""
    return -TOLERANCE <= Decimal(sent) - expected <= TOLERANCE


def cents(amount: Decimal) -> Decimal:
    """MH's rounding of a summary field."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def total(values: Iterable[Decimal | int]) -> Decimal:
    """An exact sum."""
    return sum((Decimal(value) for value in values), Decimal(0))


def assert_invoice_adds_up(document: Document) -> None:
    """Checks 1 to 6 and 8 for type 01 of either edition."""
    with localcontext(prec=60):
        lines, summary = document["cuerpoDocumento"], document["resumen"]
        _assert_lines(lines)
        for sold in lines:
            assert close(sold["ivaItem"], sold["ventaGravada"] / Decimal("1.13") * Decimal("0.13"))
        _assert_sums(lines, summary)
        assert close(summary["totalIva"], total(sold["ivaItem"] for sold in lines))
        assert summary["tributos"] is None
        withheld = summary["ivaRete1"] if "ivaRete1" in summary else summary["ivaRete"]
        assert withheld == 0 or close(withheld, cents(summary["totalGravada"] / Decimal("1.13") * Decimal("0.01")))
        assert summary["montoTotalOperacion"] == summary["subTotal"]
        assert summary["totalPagar"] == summary["montoTotalOperacion"] - withheld
        _assert_paid(summary)


def assert_ccf_adds_up(document: Document) -> None:
    """Checks 1 and 3 to 6 for type 03 of either edition."""
    with localcontext(prec=60):
        lines, summary = document["cuerpoDocumento"], document["resumen"]
        _assert_lines(lines)
        _assert_sums(lines, summary)
        (vat,) = summary["tributos"]
        assert all(sold["tributos"] == [vat["codigo"]] == ["20"] for sold in lines)
        assert close(vat["valor"], Decimal("0.13") * summary["totalGravada"])
        withheld = summary["ivaRete1"] if "ivaRete1" in summary else summary["ivaRete"]
        assert withheld == 0 or close(withheld, summary["totalGravada"] * Decimal("0.01"))
        assert summary["montoTotalOperacion"] == summary["subTotal"] + vat["valor"]
        assert summary["totalPagar"] == summary["montoTotalOperacion"] - withheld
        _assert_paid(summary)


def _assert_lines(lines: list[Document]) -> None:
    for sold in lines:
        amount = sold["cantidad"] * sold["precioUni"] - sold["montoDescu"]
        assert close(sold["ventaGravada"], amount), sold
        assert sold["ventaGravada"] > 0


def _assert_sums(lines: list[Document], summary: Document) -> None:
    assert close(summary["totalGravada"], total(sold["ventaGravada"] for sold in lines))
    assert summary["subTotalVentas"] == summary["totalGravada"]
    assert summary["subTotal"] == summary["subTotalVentas"]
    assert close(summary["totalDescu"], total(sold["montoDescu"] for sold in lines))


def _assert_paid(summary: Document) -> None:
    assert total(payment["montoPago"] for payment in summary["pagos"]) == summary["totalPagar"]


def assert_note_adds_up(document: Document) -> None:
    """Checks 1 and 3 to 5 for type 05 of either edition (arithmetic.md 5)."""
    with localcontext(prec=60):
        lines, summary = document["cuerpoDocumento"], document["resumen"]
        _assert_lines(lines)
        assert close(summary["totalGravada"], total(sold["ventaGravada"] for sold in lines))
        assert summary["subTotalVentas"] == summary["totalGravada"]
        assert close(summary["totalDescu"], total(sold["montoDescu"] for sold in lines))
        (vat,) = summary["tributos"]
        assert all(sold["tributos"] == [vat["codigo"]] == ["20"] for sold in lines)
        assert close(vat["valor"], cents(Decimal("0.13") * summary["totalGravada"]))
        operation = summary["subTotalVentas"] + vat["valor"]
        if "ivaRete1" in summary:
            withheld = summary["ivaRete1"]
            assert summary["subTotal"] == summary["subTotalVentas"]
            assert summary["montoTotalOperacion"] == operation - withheld
        else:
            withheld = summary["ivaRete"]
            assert total(sold["ivaRete"] for sold in lines) == withheld
            assert all(sold["ivaRete"] >= 0 == sold["totalIva"] for sold in lines)
            assert summary["montoTotalOperacion"] == operation
            assert summary["totalPagar"] == operation - withheld
        assert withheld == 0 or close(withheld, summary["totalGravada"] * Decimal("0.01"))


def assert_purchase_adds_up(document: Document, income_tax: Decimal | None = None) -> None:
    """Checks 1, 3, 4, 6 and 8 for type 14 of either edition (arithmetic.md 7).

    The income tax is 10 % of what the service lines cost after the discount on the document, or what was asked for.
    """
    with localcontext(prec=60):
        lines, summary = document["cuerpoDocumento"], document["resumen"]
        for bought in lines:
            assert close(bought["compra"], bought["cantidad"] * bought["precioUni"] - bought["montoDescu"])
            assert bought["compra"] > 0
        assert close(summary["totalCompra"], total(bought["compra"] for bought in lines))
        assert close(summary["totalDescu"], total(bought["montoDescu"] for bought in lines) + summary["descu"])
        assert 0 <= summary["descu"] <= summary["totalCompra"]
        assert summary["subTotal"] == summary["totalCompra"] - summary["descu"]
        services = total(bought["compra"] for bought in lines if bought["tipoItem"] == 2)
        usual = services * summary["subTotal"] / summary["totalCompra"] * Decimal("0.1")
        assert close(summary["reteRenta"], usual if income_tax is None else income_tax)
        assert summary["totalPagar"] == summary["subTotal"] - summary["reteRenta"]
        assert summary["totalPagar"] > 0 or summary["condicionOperacion"] == 1
        _assert_paid(summary)
