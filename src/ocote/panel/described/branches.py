"""The branches of a company as rows of a form, each with its points of sale in one field."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from starlette.datastructures import FormData
from wtforms import EmailField, Form, SelectField, StringField, TelField
from wtforms.validators import InputRequired, Optional

from ocote.companies.description.check import FieldFault
from ocote.dte.catalogs import Catalog, labels
from ocote.panel.described.forms import place_text, place_values, put_fault, put_faults
from ocote.panel.frame.choosing import choices_of
from ocote.panel.frame.panel_form import PanelForm

_ROW: Final = re.compile(r"branch-(\d{1,4})-cod")
_RANGE: Final = re.compile(r"P(\d{3})[-–]P(\d{3})", re.IGNORECASE)
_FAULT: Final = re.compile(r"branch\[(\d+)\]\.(?:(pos)\b.*|(?:address\.)?(\w+))")
_MOST_ROWS: Final = 500
_MOST_POINTS: Final = 2000
TEMPLATE_ROW: Final = "__index__"
"""The index of the row that a script copies."""


class BranchForm(Struct, frozen=True):
    """The form of the branches, the indices of its rows in their order, and the index of the next row."""

    form: Form
    rows: tuple[str, ...]

    @property
    def next_index(self) -> int:
        """The index of the row that is added next."""
        return max((int(row) for row in self.rows), default=-1) + 1

    def values(self) -> list[dict[str, Any]]:
        """The rows in the shape of the description."""
        return [self._branch(row) for row in self.rows]

    def put_faults(self, faults: Sequence[FieldFault]) -> None:
        """Puts each fault at its field; those of points of sale at the one field of a branch's points."""
        for fault in faults:
            found = _FAULT.fullmatch(fault.path)
            if found is None:
                put_faults(self.form, [fault])
                continue
            part = "points" if found[2] else found[3]
            part = {"code": "cod", "address": "district", "department": "district", "municipality": "district"}.get(
                part, part
            )
            text = "Complete este dato." if fault.is_missing else fault.text[:1].upper() + fault.text[1:]
            put_fault(self.form, f"branch-{self.rows[int(found[1]) - 1]}-{part}", text)

    def _branch(self, row: str) -> dict[str, Any]:
        def text(part: str) -> str | None:
            return str(self.form[f"branch-{row}-{part}"].data or "").strip() or None

        district, complement = text("district"), text("complement")
        return {
            "code": (text("cod") or "").upper() or None,
            "kind": text("kind"),
            "phone": text("phone"),
            "email": text("email"),
            "address": place_values(district, complement) if district or complement else None,
            "pos": [{"code": code} for code in points_in(text("points") or "")],
        }


def branch_form(data: FormData | None, branches: Sequence[Mapping[str, Any]] = ()) -> BranchForm:
    """The form as it was sent, after a row was added or removed without a script; or with the branches of a company."""
    rows = _sent_rows(data) if data else [str(index) for index in range(len(branches) or 1)]
    given: dict[str, str] = {}
    for index, branch in enumerate(branches if not data else ()):
        given |= {f"branch-{index}-{part}": value for part, value in _shown_branch(branch).items() if value}
    if not data and not branches:
        given = {"branch-0-cod": "M001", "branch-0-points": "P001"}
    made: dict[str, Any] = {}
    for row in (*rows, TEMPLATE_ROW):
        made |= _row_fields(row)
    return BranchForm(type("BranchesForm", (PanelForm,), made)(data, data=given), tuple(rows))


def points_in(text: str) -> list[str]:
    """The codes of points of sale in a text.

    >>> points_in("P001, p002 P010-P012")
    ['P001', 'P002', 'P010', 'P011', 'P012']
    """
    found: list[str] = []
    for term in re.sub(r"\s*[-–]\s*", "-", text).replace(",", " ").replace(";", " ").split():
        span = _RANGE.fullmatch(term)
        if span is None:
            found.append(term.upper())
        else:
            found += [f"P{number:03}" for number in range(int(span[1]), int(span[2]) + 1)]
    return found[:_MOST_POINTS]


def points_text(codes: Sequence[str]) -> str:
    """Codes of points of sale as a short text, neighbours as a range.

    >>> points_text(["P001", "P002", "P003", "P007"])
    'P001-P003, P007'
    """
    spans: list[list[str]] = []
    for code in codes:
        if spans and int(code[1:]) == int(spans[-1][-1][1:]) + 1:
            spans[-1].append(code)
        else:
            spans.append([code])
    return ", ".join(f"{span[0]}-{span[-1]}" if len(span) > 2 else ", ".join(span) for span in spans)


def changes_rows(data: FormData) -> bool:
    """Whether a form without a script asks for another row, or for one less."""
    return "add_row" in data or "remove_row" in data


def _sent_rows(data: FormData) -> list[str]:
    rows = sorted({int(found[1]) for name in data if (found := _ROW.fullmatch(name))})[:_MOST_ROWS]
    removed = str(data.get("remove_row", ""))
    rows = [row for row in rows if removed != f"branch-{row}"]
    if data.get("add_row") == "branch" or not rows:
        rows.append(max(rows, default=-1) + 1)
    return [str(row) for row in rows]


def _shown_branch(branch: Mapping[str, Any]) -> dict[str, str]:
    address = branch.get("address")
    return {
        "cod": branch.get("code") or "",
        "kind": branch.get("kind") or "",
        "phone": branch.get("phone") or "",
        "email": branch.get("email") or "",
        "district": place_text(address),
        "complement": (address or {}).get("complement") or "",
        "points": points_text([point["code"] for point in branch.get("pos") or ()]),
    }


def _row_fields(row: str) -> dict[str, Any]:
    kinds = choices_of({"": "Según el código", **labels(Catalog.ESTABLISHMENT_KINDS)})
    plain: dict[str, Any] = {"autocomplete": "off"}
    return {
        f"branch-{row}-cod": StringField(
            "Código",
            [InputRequired()],
            description="M001 para la casa matriz, S001 para una sucursal.",
            render_kw={**plain, "maxlength": "4"},
        ),
        f"branch-{row}-points": StringField(
            "Puntos de venta",
            [InputRequired()],
            description="Uno por caja: P001, P002; o de una vez P001-P010.",
            render_kw={**plain},
        ),
        f"branch-{row}-kind": SelectField("Tipo", [Optional()], choices=kinds, validate_choice=False),
        f"branch-{row}-phone": TelField("Teléfono propio", [Optional()], render_kw=plain),
        f"branch-{row}-email": EmailField("Correo propio", [Optional()], render_kw=plain),
        f"branch-{row}-district": StringField(
            "Distrito",
            [Optional()],
            description="Si está en otro lugar que la empresa.",
            render_kw={**plain, "list": "districts"},
        ),
        f"branch-{row}-complement": StringField("Dirección", [Optional()], render_kw=plain),
    }
