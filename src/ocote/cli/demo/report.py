"""The panels that the demonstration prints, readable at a glance."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ocote.dte.types import DOCUMENT_TYPES

_FILE_LABELS = {"ticket": "Tique", "invoice": "Carta", "json": "JSON"}


@dataclass(frozen=True, slots=True)
class Result:
    """One issued document: the sale's title, the API's answer and the paths of the saved files."""

    title: str
    answer: Mapping[str, Any]
    files: Mapping[str, Path]

    @property
    def stamped(self) -> bool:
        """Whether MH stamped the document, the only proof of validity (contract 6.1)."""
        return bool(self.answer["dte_success"])


@dataclass(frozen=True, slots=True)
class Cancellation:
    """One cancelled document: its title, the API's answer and the path of the marked letter."""

    title: str
    answer: Mapping[str, Any]
    letter: Path

    @property
    def stamped(self) -> bool:
        """Whether MH stamped the event (contract 13.3)."""
        return bool(self.answer["invalidated"])


def document_panel(result: Result) -> Panel:
    """One document: number, stamp, amounts and files."""
    answer = result.answer
    rows = _rows(answer)
    adjusted = answer.get("related", ())
    for each in adjusted:
        number = each["control_number"] or each["generation_code"] or each["number"]
        rows.add_row("Anula" if each.get("invalidated") else "Ajusta", str(number))
    rows.add_row("Montos", _amounts(answer))
    if answer["amount_payable"] != answer["amount_gross"]:
        what = "A abonar" if adjusted else "A pagar"
        rows.add_row(what, f"${_usd(answer['amount_payable'])}, pues {_why_payable(answer)}")
    for kind, path in result.files.items():
        rows.add_row(_FILE_LABELS[kind], str(path))
    return _panel(rows, result)


def cancellation_panel(cancellation: Cancellation) -> Panel:
    """One cancelled document: its number, the stamp of the event, and the letter of the invalidation."""
    rows = _rows(cancellation.answer)
    if cancellation.answer["created_credit_memo"]:
        rows.add_row("Nota", str(cancellation.answer["credit_memo_control_number"]))
    rows.add_row("Carta", str(cancellation.letter))
    return _panel(rows, cancellation)


_PARTS = (
    ("amount_taxable", "gravado"),
    ("amount_vat", "IVA"),
    ("amount_exempt", "exento"),
    ("amount_not_subject", "no sujeto"),
    ("amount_taxes", "otros tributos"),
)


def _amounts(answer: Mapping[str, Any]) -> str:
    parts = [f"{what} ${_usd(answer[name])}" for name, what in _PARTS if answer[name]]
    total = f"total ${_usd(answer['amount_gross'])}"
    return f"{' + '.join(parts)} = {total}" if len(parts) > 1 else total


def _why_payable(answer: Mapping[str, Any]) -> str:
    """The amounts between the total of the operation and what is to be paid."""
    withholds = "se retiene" if DOCUMENT_TYPES[answer["doc_type"]].is_purchase else "el cliente retiene"
    if "related" in answer:
        withholds = "el cliente había retenido"
    reasons = (
        ("amount_withheld", withholds),
        ("amount_income_tax", "el cliente retiene de renta"),
        ("amount_collected", "se percibe"),
        ("amount_charges", "hay cargos de"),
    )
    return " y ".join(f"{why} ${_usd(answer[name])}" for name, why in reasons if answer[name])


def _rows(answer: Mapping[str, Any]) -> Table:
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim")
    rows.add_column(overflow="fold")
    rows.add_row("Número", Text(str(answer["control_number"]), style="bold"))
    rows.add_row("Sello", _stamp(answer))
    return rows


def _panel(rows: Table, shown: Result | Cancellation) -> Panel:
    colour = "green" if shown.stamped else "yellow" if shown.answer["contingency"] else "red"
    return Panel(rows, title=shown.title, title_align="left", border_style=colour, width=100)


def _stamp(answer: Mapping[str, Any]) -> RenderableType:
    if answer["dte_success"]:
        return Text(str(answer["reception_stamp"]), style="green")
    if answer["contingency"]:
        return Text("en contingencia: Hacienda no respondió, se enviará de nuevo", style="yellow")
    faults = [Text(f"• {observation}") for observation in answer["observaciones"]]
    return Group(Text(f"rechazado ({answer['codigo_msg']}): {answer['dte_message']}", style="red"), *faults)


def _usd(amount: Decimal | int) -> str:
    return f"{Decimal(amount):,.2f}"


def curl_command(base: str, authority: Path, key: str) -> str:
    """A command of one line that issues an invoice from any folder of this machine without changes."""
    body = '{"external_ref":"PRUEBA-1","lines":[{"description":"Café","quantity":1,"unit_price":1.50}]}'
    return (
        f"curl --cacert '{authority.resolve()}' -H 'Authorization: Bearer {key}' "
        f"-H 'Content-Type: application/json' -d '{body}' {base}/api/connect/invoice"
    )


def show_panel(console: Console, link: str) -> None:
    """Prints the link that lets the owner of the demonstration into the panel."""
    console.print(f"\nEntre al panel con este enlace, que sirve una vez: {link}", soft_wrap=True)


def show_way_on(console: Console, base: str, command: str) -> None:
    """Prints what to try next while the demonstration runs."""
    console.print("\nEmita usted mismo un documento, desde otra terminal. Repetido, responde con el mismo documento:\n")
    # Never wrapped: a copied line must work.
    console.print(command, soft_wrap=True)
    console.print(f"\nDocumentación de la API: {base}/api/connect/docs", soft_wrap=True)
    console.print("Termine con Ctrl-C.")
