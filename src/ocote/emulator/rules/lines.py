"""The rules on the lines of a sale: units, kinds, taxes, amounts (arithmetic.md 1 to 5, wider-sales.md 2)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ocote.emulator.facts import SALES
from ocote.emulator.messages import ITEMS, Finding, at
from ocote.emulator.rules import codes
from ocote.emulator.rules.amounts import line_amount, near
from ocote.emulator.rules.permitted_taxes import line_taxes, own_line_taxes
from ocote.emulator.rules.reading import Reading

Line = Mapping[str, Any]
LineRule = Callable[[Line, str, Reading], Finding | None]
"""A rule on one line, given its path ``cuerpoDocumento.<n>`` with n from 1 (protocol.md 5.3)."""


def numbered(reading: Reading) -> Iterator[tuple[str, Line]]:
    """The lines with their paths."""
    for position, line in enumerate(reading.document["cuerpoDocumento"], start=1):
        yield f"cuerpoDocumento.{position}", line


def line_numbers(reading: Reading) -> Finding | None:
    """No two lines have the same ``numItem``."""
    seen: set[int] = set()
    for path, line in numbered(reading):
        if line["numItem"] in seen:
            return at(f"{path}.numItem", "025", ITEMS)
        seen.add(line["numItem"])
    return None


def unit(line: Line, path: str, reading: Reading) -> Finding | None:
    """The unit of measure is in the edition's CAT-014."""
    known = codes.UNITS if reading.edition == "v2" else codes.EDITION_1_UNITS
    return None if line["uniMedida"] in known else at(f"{path}.uniMedida", "003", ITEMS)


def own_line_tax(line: Line, path: str, reading: Reading) -> Finding | None:
    """A tax of section 2 is a taxed line of kind 4 with its code and one unit; other lines have no such code."""
    if line["tipoItem"] not in {1, 2, 3, 4}:
        return at(f"{path}.tipoItem", "003", ITEMS)
    if line["tipoItem"] != 4:
        return None if line["codTributo"] is None else at(f"{path}.codTributo", "024", ITEMS)
    return _tax_code(line, path, reading) or _single_unit(line, path) or _nothing_else(line, path)


def outside_the_base(line: Line, path: str, reading: Reading) -> Finding | None:
    """A charge or credit outside the tax base is a line of its own, in a document with sales.

    The line has quantity 1, unit 99, no price, no discount, no sale and no taxes.
    """
    if line.get("noGravado", 0) == 0:
        return None
    if line["tributos"] is not None:
        return at(f"{path}.tributos", "024", ITEMS)
    if not any(row.get(kind, 0) for row in reading.document["cuerpoDocumento"] for kind in SALES):
        return at(f"{path}.noGravado", "007", ITEMS)
    found = _single_unit(line, path)
    if found is not None:
        return found
    sold = next((key for key in ("precioUni", "montoDescu", *SALES) if line.get(key, 0) != 0), None)
    return None if sold is None else at(f"{path}.{sold}", "007", ITEMS)


def related_number(line: Line, path: str, reading: Reading) -> Finding | None:
    """A line that names a document names one of the related documents."""
    number = line["numeroDocumento"]
    if number is None:
        return None
    related = reading.document.get("documentoRelacionado") or ()
    if any(document["numeroDocumento"] == number for document in related):
        return None
    return at(f"{path}.numeroDocumento", "003", ITEMS)


def price(line: Line, path: str, _: Reading) -> Finding | None:
    """No price is negative, although some schemas admit it; a credit has a line of its own (``noGravado``)."""
    return at(f"{path}.precioUni", "007", ITEMS) if line["precioUni"] < 0 else None


def tax_codes(line: Line, path: str, reading: Reading) -> Finding | None:
    """The taxes of a line are in sections 1 and 3 of CAT-015, and permitted in this type of document."""
    stated = line["tributos"] or ()
    if not all(code in codes.SECTION_1 or code in codes.SECTION_3 for code in stated):
        return at(f"{path}.tributos", "003", ITEMS)
    permitted = line_taxes(reading)
    return None if all(code in permitted for code in stated) else at(f"{path}.tributos", "007", ITEMS)


def sale_amount(line: Line, path: str, _: Reading) -> Finding | None:
    """Quantity × price − discount is the amount of exactly one kind of sale."""
    filled = [kind for kind in SALES if line[kind] != 0]
    if len(filled) > 1:
        return at(f"{path}.{filled[-1]}", "007", ITEMS)
    amount = line_amount(line)
    if line["montoDescu"] != 0 and amount < 0:
        return at(f"{path}.montoDescu", "007", ITEMS)
    kind = filled[0] if filled else "ventaGravada"
    return None if near(line[kind], amount) else at(f"{path}.{kind}", "020", ITEMS)


def first_finding(reading: Reading, rules: tuple[LineRule, ...]) -> Finding | None:
    """The finding of the first broken rule in the first line with a broken rule; None when all lines pass."""
    for path, line in numbered(reading):
        for rule in rules:
            found = rule(line, path, reading)
            if found is not None:
                return found
    return None


def _tax_code(line: Line, path: str, reading: Reading) -> Finding | None:
    code = line["codTributo"]
    if code is None:
        return at(f"{path}.codTributo", "005", ITEMS)
    if code not in codes.EDITION_1_SECTION_2:
        return at(f"{path}.codTributo", "003", ITEMS)
    return None if code in own_line_taxes(reading) else at(f"{path}.codTributo", "007", ITEMS)


def _nothing_else(line: Line, path: str) -> Finding | None:
    """A line that is itself a tax is a taxed sale, without discount, suggested price or amount outside the base."""
    for key in ("montoDescu", "psv", "noGravado"):
        if line.get(key, 0) != 0:
            return at(f"{path}.{key}", "024", ITEMS)
    untaxed = next((kind for kind in SALES[:2] if line.get(kind, 0) != 0), None)
    return None if untaxed is None else at(f"{path}.{untaxed}", "007", ITEMS)


def _single_unit(line: Line, path: str) -> Finding | None:
    if line["cantidad"] != 1:
        return at(f"{path}.cantidad", "007", ITEMS)
    if line["uniMedida"] != codes.OTHER_UNIT:
        return at(f"{path}.uniMedida", "007", ITEMS)
    return None
