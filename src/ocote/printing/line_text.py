"""The texts of a single line that letter and roll have in common."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ocote.dte.body import OWN_LINE_TAX
from ocote.dte.catalogs import Catalog
from ocote.dte.money import to_cents
from ocote.printing.names import word

_Line = Mapping[str, Any]


def unit_name(line: _Line) -> str:
    """The name of the line's unit of measure (CAT-014)."""
    return word(Catalog.UNITS, line["uniMedida"])


def has_discount(line: _Line) -> bool:
    """Whether a line has a discount of a cent or more; a smaller one only makes up for the decimals of a net price."""
    return bool(to_cents(Decimal(line.get("montoDescu") or 0)))


def tax_remark(line: _Line) -> str:
    """Says that a line is a tax, with the name in CAT-015 unless the description contains it; "" for other lines."""
    code = line.get("codTributo")
    if line.get("tipoItem") != OWN_LINE_TAX or not code:
        return ""
    name = word(Catalog.TAXES, code)
    is_named = name.casefold() in (line["descripcion"] or "").casefold()
    return f"Tributo {code}" if is_named or name == code else f"Tributo {code}: {name}"
