"""The tax authority's arithmetic of sales of every kind, written a second time from its tables (wider-sales.md 2)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Any

from tests.dte.official_rules import cents, close, total

Document = Mapping[str, Any]

KINDS = (("ventaNoSuj", "totalNoSuj", "descuNoSuj"), ("ventaExenta", "totalExenta", "descuExenta"))
TAXED = ("ventaGravada", "totalGravada", "descuGravada")
NOT_ADDED = frozenset({"C5", "C6", "C7"})
VAT = Decimal("0.13")


def assert_sale_adds_up(document: Document) -> None:
    """Every check of MH on the amounts of a 01, a 03 or an 11 of either edition."""
    with localcontext(prec=60):
        doc_type = document["identificacion"]["tipoDte"]
        lines, summary = document["cuerpoDocumento"], document["resumen"]
        for line in lines:
            _assert_line(line)
        net = _assert_kinds(lines, summary) if doc_type != "11" else _assert_export(lines, summary)
        _assert_codes(lines, summary)
        taxes = _taxes(summary)
        carriage = total((summary.get("seguro") or 0, summary.get("flete") or 0))
        assert summary["montoTotalOperacion"] == net + carriage + total(taxes.values())
        _assert_vat(doc_type, lines, summary, taxes)
        _assert_payable(doc_type, lines, summary)


def _assert_line(line: Document) -> None:
    sold = [line.get(key, 0) for key in ("ventaNoSuj", "ventaExenta", "ventaGravada")]
    assert sum(1 for amount in sold if amount) == (0 if line["noGravado"] else 1), line
    amount = line["cantidad"] * line["precioUni"] - line["montoDescu"]
    assert close(total(sold), amount), line
    if line["noGravado"]:
        assert (line["cantidad"], line["uniMedida"], line["precioUni"], line["tributos"]) == (1, 99, 0, None)
    if not line.get("ventaGravada"):
        assert (line["tributos"], line.get("ivaItem", 0)) == (None, 0), line
    if line.get("codTributo") is not None:
        assert (line["tipoItem"], line["cantidad"], line["uniMedida"], line["montoDescu"]) == (4, 1, 99, 0)


def _assert_kinds(lines: Sequence[Document], summary: Document) -> Decimal:
    for of_line, of_summary, discount in (*KINDS, TAXED):
        assert close(summary[of_summary], total(line[of_line] for line in lines)), of_summary
        assert 0 <= summary[discount] <= summary[of_summary], discount
    sales = total(summary[key] for _, key, _ in (*KINDS, TAXED))
    off = total(summary[key] for _, _, key in (*KINDS, TAXED))
    assert summary["subTotalVentas"] == sales
    assert summary["subTotal"] == sales - off
    assert close(summary["totalDescu"], total(line["montoDescu"] for line in lines) + off)
    return sales - off


def _assert_export(lines: Sequence[Document], summary: Document) -> Decimal:
    off = Decimal(summary["descuento"] if "descuento" in summary else summary["descuGravada"])
    assert close(summary["totalGravada"], total(line["ventaGravada"] for line in lines))
    assert close(summary["totalDescu"], total(line["montoDescu"] for line in lines) + off)
    return Decimal(summary["totalGravada"]) - off


def _assert_codes(lines: Sequence[Document], summary: Document) -> None:
    if "tributos" not in summary:
        return
    listed = [each["codigo"] for each in summary["tributos"] or ()]
    assert len(listed) == len(set(listed))
    assert set(listed) == {code for line in lines for code in line["tributos"] or ()}


def _taxes(summary: Document) -> dict[str, Decimal]:
    stated = summary.get("tributos") or ()
    return {each["codigo"]: Decimal(each["valor"]) for each in stated if each["codigo"] not in NOT_ADDED}


def _assert_vat(doc_type: str, lines: Sequence[Document], summary: Document, taxes: Mapping[str, Decimal]) -> None:
    if doc_type == "01":
        for line in lines:
            assert close(line["ivaItem"], line["ventaGravada"] * 13 / Decimal(113))
        inside = total(line["ivaItem"] for line in lines) - summary["descuGravada"] * 13 / Decimal(113)
        assert close(summary["totalIva"], cents(inside))
    if doc_type == "03":
        base = Decimal(summary["totalGravada"]) - summary["descuGravada"]
        assert ("20" in taxes) == any(line["ventaGravada"] for line in lines)
        assert close(taxes.get("20", Decimal(0)), cents(base * VAT))


def _assert_payable(doc_type: str, lines: Sequence[Document], summary: Document) -> None:
    withheld, collected = (Decimal(summary.get(f"{key}1", summary.get(key, 0))) for key in ("ivaRete", "ivaPerci"))
    if doc_type != "11":
        base = Decimal(summary["totalGravada"]) - summary["descuGravada"]
        net = base / Decimal("1.13") if doc_type == "01" else base
        for one_percent in (withheld, collected):
            assert one_percent == 0 or close(one_percent, cents(net / 100))
    assert close(summary["totalNoGravado"], total(line["noGravado"] for line in lines))
    payable = summary["montoTotalOperacion"] + collected - withheld - summary.get("reteRenta", 0)
    assert summary["totalPagar"] == payable + summary["totalNoGravado"] >= 0
    assert total(payment["montoPago"] for payment in summary["pagos"]) == summary["totalPagar"]
    terms = [payment["plazo"] is not None for payment in summary["pagos"]]
    assert summary["condicionOperacion"] == (2 if all(terms) else 3 if any(terms) else 1)


def assert_wider_note_adds_up(document: Document) -> None:
    """Every check of MH on the amounts of a 05 of either edition (arithmetic.md 5)."""
    with localcontext(prec=60):
        lines, summary = document["cuerpoDocumento"], document["resumen"]
        for line in lines:
            _assert_line({"noGravado": 0, **line})
        for of_line, of_summary, _ in (*KINDS, TAXED):
            assert close(summary[of_summary], total(line[of_line] for line in lines)), of_summary
        sales = total(summary[key] for _, key, _ in (*KINDS, TAXED))
        assert summary["subTotalVentas"] == sales
        assert close(summary["totalDescu"], total(line["montoDescu"] for line in lines))
        _assert_codes(lines, summary)
        taxes = _taxes(summary)
        assert ("20" in taxes) == any(line["ventaGravada"] for line in lines)
        assert close(taxes.get("20", Decimal(0)), cents(summary["totalGravada"] * VAT))
        assert all(value >= 0 for value in taxes.values())
        operation = sales + total(taxes.values())
        withheld, collected = (Decimal(summary.get(f"{key}1", summary.get(key, 0))) for key in ("ivaRete", "ivaPerci"))
        for one_percent in (withheld, collected):
            assert one_percent == 0 or close(one_percent, cents(Decimal(summary["totalGravada"]) / 100))
        if "ivaRete1" in summary:
            assert summary["subTotal"] == sales
            assert (summary["descuNoSuj"], summary["descuExenta"], summary["descuGravada"]) == (0, 0, 0)
            paid = operation + collected - withheld - summary["reteRenta"]
            assert summary["montoTotalOperacion"] == paid > 0
            assert summary["totalGravada"] > 0 or withheld == collected == 0
        else:
            for key in ("ivaPerci", "ivaRete"):
                assert total(line[key] for line in lines) == summary[key], key
            assert all(line["ivaRete"] >= 0 <= line["ivaPerci"] for line in lines)
            assert all(line["ivaRete"] == line["ivaPerci"] == 0 for line in lines if not line["ventaGravada"])
            assert summary["montoTotalOperacion"] == operation
            assert summary["totalNoGravado"] == total(line["noGravado"] for line in lines)
            assert summary["totalPagar"] == operation + collected - withheld + summary["totalNoGravado"] >= 0
            assert all(line["totalIva"] == 0 for line in lines)
