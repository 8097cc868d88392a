"""The forms of the first run, beside those of the description: the numbers of another system, and the first key."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from starlette.datastructures import FormData
from wtforms import Form, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from ocote.companies.description.check import FieldFault
from ocote.dte.types import DOCUMENT_TYPES
from ocote.panel.described.branches import TEMPLATE_ROW, BranchForm, branch_form
from ocote.panel.described.forms import put_fault
from ocote.panel.frame.choosing import choices_of
from ocote.panel.frame.panel_form import PanelForm
from ocote.printing.names import title

_ROW: Final = re.compile(r"number-(\d{1,3})-point")
_NUMBER_FAULT: Final = re.compile(r"branch\[(\d+)\]\.pos\[(\d+)\]\.next_number\.(\w+)")
_MOST_ROWS: Final = 200


class KeyForm(PanelForm):
    """The point of sale of the first key."""

    point = SelectField("Punto de venta", [InputRequired("Elija un punto de venta.")])


class PlacesForm(Struct, frozen=True):
    """The branches, and the numbers with which documents go on that another system began."""

    branches: BranchForm
    numbers: Form
    rows: tuple[str, ...]

    @property
    def next_index(self) -> int:
        """The index of the row of numbers that is added next."""
        return max((int(row) for row in self.rows), default=-1) + 1

    def values(self) -> list[dict[str, Any]]:
        """The branches in the shape of the description, with the numbers that have a known point of sale."""
        found = self.branches.values()
        for row in self.rows:
            point, doc_type, number = self._row(row)
            pos = _point(found, point)
            if pos is not None and number:
                pos.setdefault("next_number", {})[doc_type] = number
        return found

    def put_faults(self, faults: Sequence[FieldFault]) -> bool:
        """Puts the faults at their fields, and those of numbers at their rows; whether there are any."""
        values = self.branches.values()
        has_own = False
        for row in self.rows:
            point, _, number = self._row(row)
            if point and _point(values, point) is None:
                put_fault(self.numbers, f"number-{row}-point", "No está entre los puntos de venta de arriba.")
                has_own = True
            if point and not number:
                put_fault(self.numbers, f"number-{row}-next", "Complete este dato.")
                has_own = True
        for fault in faults:
            if found := _NUMBER_FAULT.fullmatch(fault.path):
                branch = values[int(found[1]) - 1]
                point = f"{branch['code']}{branch['pos'][int(found[2]) - 1]['code']}"
                for row in self.rows:
                    if self._row(row)[:2] == (point, found[3]):
                        put_fault(self.numbers, f"number-{row}-next", fault.text[:1].upper() + fault.text[1:])
            else:
                self.branches.put_faults([fault])
        return bool(faults) or has_own

    def _row(self, row: str) -> tuple[str, str, str]:
        def text(part: str) -> str:
            return str(self.numbers[f"number-{row}-{part}"].data or "").strip()

        return text("point").upper(), text("type"), text("next")


def places_form(data: FormData | None, kept: Sequence[Mapping[str, Any]] = ()) -> PlacesForm:
    """The form as it was sent, or with the branches that were kept."""
    rows = sent_number_rows(data) if data else []
    made: dict[str, Any] = {}
    for row in (*rows, TEMPLATE_ROW):
        made |= number_fields(row)
    return PlacesForm(branch_form(data, kept), type("NumbersForm", (PanelForm,), made)(data), tuple(rows))


def _point(branches: Sequence[Mapping[str, Any]], point: str) -> dict[str, Any] | None:
    for branch in branches:
        for pos in branch["pos"]:
            if f"{branch['code']}{pos['code']}" == point:
                found: dict[str, Any] = pos
                return found
    return None


def sent_number_rows(data: FormData) -> list[str]:
    """The rows of first numbers that a form has, after one was added or removed."""
    rows = sorted({int(found[1]) for name in data if (found := _ROW.fullmatch(name))})[:_MOST_ROWS]
    removed = str(data.get("remove_row", ""))
    rows = [row for row in rows if removed != f"number-{row}"]
    if data.get("add_row") == "number":
        rows.append(max(rows, default=-1) + 1)
    return [str(row) for row in rows]


def number_fields(row: str) -> dict[str, Any]:
    """The fields of one row of first numbers: a point of sale, a type and its next number."""
    plain = {"autocomplete": "off"}
    return {
        f"number-{row}-point": StringField(
            "Punto de venta", [Optional()], description="Como M001P001.", render_kw={**plain, "maxlength": "8"}
        ),
        f"number-{row}-type": SelectField(
            "Documento",
            [Optional()],
            choices=choices_of({code: title(code) for code in DOCUMENT_TYPES}),
            validate_choice=False,
        ),
        f"number-{row}-next": StringField(
            "Próximo número", [Optional()], render_kw={**plain, "inputmode": "numeric", "maxlength": "15"}
        ),
    }
