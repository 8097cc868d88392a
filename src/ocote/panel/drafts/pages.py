"""Makes the values that the pages of drafts show: the parts of the form, the totals, the faults in words. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from ocote.documents.view import AnswerWarning
from ocote.drafting.drafts import FIXED, KeptDraft
from ocote.drafting.fields import KEPT, fields_of
from ocote.dte.faults import Fault
from ocote.dte.sale import Amounts
from ocote.dte.types import OtherParty
from ocote.errors import warning_text
from ocote.errors.endpoints import for_people
from ocote.items.item import Item
from ocote.panel.drafts.fields import MOST_DETAILED, FormField, FormGroup, counts_for, filled_form, form_part
from ocote.panel.drafts.labels import LABELS
from ocote.panel.frame.moments import shown_moment
from ocote.panel.frame.rendering import Say
from ocote.requests.description import InnerObject
from ocote.requests.hints import POINT_WANTED

_MAIN_OF_PERSON: Final[Mapping[OtherParty, tuple[str, ...]]] = {
    "consumer": ("name", "dui", "nit", "email"),
    "taxpayer": ("name", "nit", "nrc", "type_contributor", "activity_code", "district", "address", "email", "phone"),
    "buyer abroad": ("name", "document_type", "document_number", "address", "email"),
    "seller": ("name", "dui", "nit", "district", "address", "email", "phone"),
}
"""The fields that nearly every document needs of its other party, in their usual order."""

_MAIN_OF_LINE: Final = ("description", "quantity", "unit_price")
_PAYING: Final = ("payment_method", "transaction_condition", "period", "deadline")
_ALWAYS_SHOWN: Final = ("remarks",)
_UNLESS_SAID: Final = frozenset(
    {"customer_name", "lines.is_service", "customer.department", "subject.department", "full_adjustment"}
)
"""Fields that another field says better: they are shown when they have a value."""

_PERSONS: Final = ("customer", "subject")
"""The other party of a document, by the name that it has in a request."""

_STEP: Final = re.compile(r"([A-Za-z_]+)(?:\[([0-9]+)\])?")

_SEEN: Final = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,2})?)-")
"""The amount at the beginning of a mark."""

_AMOUNTS: Final = (
    ("taxable", "Ventas gravadas, sin IVA"),
    ("exempt", "Ventas exentas"),
    ("not_subject", "Ventas no sujetas"),
    ("vat", "IVA"),
    ("taxes", "Otros tributos"),
    ("charges", "Cargos y créditos"),
    ("collected", "IVA percibido"),
    ("withheld", "IVA retenido"),
    ("income_tax", "Renta retenida"),
)
_SUBTRACTED: Final = frozenset({"withheld", "income_tax"})


class LineView(Struct, frozen=True):
    """A line of the form: the fields that every line shows, and the others behind a heading."""

    position: str
    label: str
    main: tuple[FormField, ...]
    more: tuple[FormField | FormGroup, ...]
    is_open: bool
    item: str = ""


class FaultView(Struct, frozen=True):
    """A fault in words, and the field that it leads to; empty when the form has no such field.

    ``message`` are the words for the place of the field itself, ``place`` where the field is.
    """

    text: str
    href: str = ""
    field: str = ""
    message: str = ""
    place: str = ""


class AmountView(Struct, frozen=True):
    """One figure of the totals."""

    label: str
    value: Decimal


class TotalsView(Struct, frozen=True):
    """The totals of a draft, and what the document would be issued with although nobody said it.

    ``mark`` goes back with the form, so that nothing else is issued than what was shown.
    """

    amounts: tuple[AmountView, ...]
    payable: Decimal
    warnings: tuple[str, ...]
    mark: str = ""


class FormView(Struct, frozen=True):
    """The form of a draft, by the parts of its page."""

    person: FormGroup | None
    person_main: tuple[FormField, ...]
    person_more: tuple[FormField | FormGroup, ...]
    lines: tuple[LineView, ...]
    line_template: LineView | None
    next_line: int
    paying: tuple[FormField, ...]
    noted: tuple[FormField, ...]
    more: tuple[FormField | FormGroup, ...]
    kept: tuple[tuple[str, str], ...]
    is_long: bool
    person_label: str
    person_title: str
    price_label: str
    paying_title: str
    is_person_open: bool
    is_of_ccf: bool
    is_whole: bool
    is_begun: bool

    @property
    def is_paying_open(self) -> bool:
        """Whether a field of the payment says something."""
        return any(map(_is_used, self.paying))

    @property
    def is_person_more_open(self) -> bool:
        """Whether a further field of the person says something: where the record of a customer has it, it is seen."""
        return any(map(_is_used, self.person_more))

    @property
    def is_more_open(self) -> bool:
        """Whether a field behind the heading says something."""
        return any(map(_is_used, (*self.noted, *self.more)))


class OpenDraft(Struct, frozen=True):
    """A draft in the list of a person's drafts."""

    id: str
    kind: str
    customer: str
    lines: int
    changed: str
    first: str = ""
    is_empty: bool = False


def form_view(
    draft: KeptDraft,
    faults: Mapping[str, tuple[str, ...]],
    say: Say,
    *,
    blank: Mapping[str, int],
    items: Mapping[str, Item],
    is_adjusted: bool = False,
) -> FormView:
    """The form that shows a draft with its faults; ``blank`` are empty rows to add, ``items`` those of its lines.

    With ``is_adjusted`` the page shows the document of a note in words, so that its field is not among the others.
    """
    said = fields_of(draft.described, draft.body)
    values = dict(said)
    wanted = dict(blank)
    if not draft.body.get("lines"):
        wanted.setdefault("lines", 1)
    filled = filled_form(draft.kind, values, _at_fields(faults, draft), say, wanted)
    parts = {
        field.name: form_part(field, field.name, filled)
        for field in draft.described.fields
        if field.name not in FIXED and counts_for(field, draft.kind)
    }
    person = next((part for name in ("customer", "subject") if isinstance(part := parts.get(name), FormGroup)), None)
    main = _MAIN_OF_PERSON[draft.row.other_party]
    is_of_ccf = draft.row.family == "note" and bool(draft.body.get("document_id"))
    if is_of_ccf and person is not None and not person.is_used:
        person = None
    paying = _fields(parts[name] for name in _PAYING if name in parts)
    if is_of_ccf and not any(map(_is_used, paying)):
        paying = ()
    lines = parts["lines"]
    listed = lines.rows if isinstance(lines, FormGroup) else ()
    is_long = len(listed) > MOST_DETAILED
    said_above = {"document_id"} if is_adjusted else set()
    named = frozenset({"customer", "subject", "lines", *_PAYING, *_ALWAYS_SHOWN})
    return FormView(
        person=person,
        person_main=_ordered(person.fields, main) if person is not None else (),
        person_more=_others(person.fields, main, person.name) if person is not None else (),
        lines=tuple(_line(position, row, say, items) for position, row in listed),
        line_template=_line("__index__", lines.template, say, {}) if isinstance(lines, FormGroup) else None,
        next_line=lines.next_index if isinstance(lines, FormGroup) else 0,
        paying=paying,
        noted=_fields(parts[name] for name in _ALWAYS_SHOWN if name in parts),
        more=tuple(part for name, part in parts.items() if name not in named | said_above and _is_shown(part, name)),
        kept=tuple((name, value) for name, value in said if name.startswith(KEPT)),
        is_long=is_long,
        person_label=person.label if person is not None else "",
        person_title=_person_title(draft, person, say),
        paying_title=_paying_title(draft, paying, say),
        price_label=_price_label(draft, say),
        is_of_ccf=is_of_ccf,
        is_whole=draft.body.get("full_adjustment") is True and not draft.body.get("lines"),
        is_begun=bool(draft.body.get("lines") or draft.body.get("full_adjustment")),
        is_person_open=draft.row.other_party != "consumer" or (person is not None and person.is_used),
    )


def _at_fields(faults: Mapping[str, tuple[str, ...]], draft: KeptDraft) -> Mapping[str, tuple[str, ...]]:
    """The faults by field, where one of a whole person stands at each field that the person needs."""
    spread = dict(faults)
    for field in draft.described.fields:
        if field.name in _PERSONS and field.name in faults and isinstance(field.kind, InnerObject):
            for inner in field.kind.described.fields:
                if inner.is_always_needed or draft.kind in inner.required_for:
                    spread.setdefault(f"{field.name}.{inner.name}", faults[field.name])
    return spread


def _person_title(draft: KeptDraft, person: FormGroup | None, say: Say) -> str:
    """The heading of the other party, with its name, or with what the document says without one."""
    if person is None:
        return ""
    name = next((each.value for each in _fields(person.fields) if each.name == f"{person.name}.name"), "").strip()
    if name:
        return f"{person.label}: {name}"
    is_nameless = draft.row.other_party == "consumer" and not _has_values(person)
    return f"{person.label}: {say('consumidor final')}" if is_nameless else person.label


def _paying_title(draft: KeptDraft, paying: Iterable[FormField], say: Say) -> str:
    """The heading of the payment, with the condition and the way of paying that the fields say."""
    if draft.body.get("payments"):
        return f"{say('Pago')}: {say('varios pagos')}"
    said = {each.name: dict(each.options).get(each.value, each.value) or each.placeholder for each in paying}
    words = [said[name] for name in ("transaction_condition", "payment_method") if said.get(name)]
    if len(words) > 1:
        words[1] = words[1][:1].lower() + words[1][1:]
    return f"{say('Pago')}: {', '.join(words)}" if words else say("Pago")


def _price_label(draft: KeptDraft, say: Say) -> str:
    """The label of the price of a line, by the type of the document and by what the draft says of its prices."""
    if draft.row.prices not in ("with VAT", "net"):
        return say("Precio")
    with_vat = draft.body.get("prices_include_vat")
    if with_vat is None and draft.row.family == "note":
        return say("Precio, como en el crédito fiscal")
    return say("Precio sin IVA") if with_vat is False else say("Precio con IVA")


def _line(
    position: str,
    row: tuple[FormField | FormGroup, ...],
    say: Say,
    items: Mapping[str, Item],
) -> LineView:
    fields = {each.name.rpartition(".")[2]: each for each in row}
    code = fields.get("code")
    item = items.get(code.value) if isinstance(code, FormField) and code.value else None
    main = _ordered(row, _MAIN_OF_LINE)
    if not any(map(_has_values, row)):
        main = tuple(replace(each, value="1") if each.name.endswith(".quantity") else each for each in main)
    if item is not None:
        hints = {"description": item.description, "unit_price": f"{item.unit_price:f}"}
        main = tuple(
            replace(each, placeholder=hints.get(each.name.rpartition(".")[2], ""), flags=type(each.flags)())
            for each in main
        )
    more = _others(row, _MAIN_OF_LINE, "lines")
    number = str(int(position) + 1) if position.isdigit() else ""
    return LineView(
        position=position,
        label=f"{say('Línea')} {number}".strip(),
        main=main,
        more=more,
        is_open=any(map(_has_errors, more)),
        item=f"{code.value} · {item.description}" if item is not None and isinstance(code, FormField) else "",
    )


def _ordered(parts: Iterable[FormField | FormGroup], names: Iterable[str]) -> tuple[FormField, ...]:
    by_name = {each.name.rpartition(".")[2]: each for each in parts}
    return _fields(by_name[name] for name in names if name in by_name)


def _fields(parts: Iterable[FormField | FormGroup]) -> tuple[FormField, ...]:
    return tuple(each for each in parts if isinstance(each, FormField))


def _others(parts: Iterable[FormField | FormGroup], names: Iterable[str], at: str) -> tuple[FormField | FormGroup, ...]:
    listed = frozenset(names)
    last = ((each, each.name.rpartition(".")[2]) for each in parts)
    return tuple(each for each, name in last if name not in listed and _is_shown(each, f"{at}.{name}"))


def _is_shown(part: FormField | FormGroup, name: str) -> bool:
    return name not in _UNLESS_SAID or _is_used(part)


def _is_used(part: FormField | FormGroup) -> bool:
    return part.is_used if isinstance(part, FormGroup) else bool(part.value or part.errors)


def _has_values(part: FormField | FormGroup) -> bool:
    if isinstance(part, FormField):
        return bool(part.value)
    return any(map(_has_values, part.fields)) or any(_has_values(each) for _, row in part.rows for each in row)


def _has_errors(part: FormField | FormGroup) -> bool:
    if isinstance(part, FormField):
        return bool(part.errors)
    return any(map(_has_errors, part.fields)) or any(_has_errors(each) for _, row in part.rows for each in row)


def faults_by_field(faults: Iterable[Fault]) -> dict[str, tuple[str, ...]]:
    """The texts of faults, by the field that each names."""
    found: dict[str, tuple[str, ...]] = {}
    for each in faults:
        found[each.field] = (*found.get(each.field, ()), _sentence(_plainly(each.message)))
    return found


def fault_views(
    faults: Iterable[Fault], form: FormView, say: Say, sent: Callable[[str], str] | None = None
) -> tuple[FaultView, ...]:
    """The faults in words, each with the way to its field.

    ``sent`` names the field of a form that stays on the page, whose rows may have other positions.
    """
    known = frozenset(each.name for each in _shown_fields(form))
    shown: list[FaultView] = []
    for fault in faults:
        if fault.field in _PERSONS and form.person is not None:
            shown += _faults_of_person(fault, form, say)
        elif fault.field == "lines" and not form.is_begun:
            shown.append(FaultView(say("Agregue al menos un artículo: búsquelo o escriba una línea"), "#q_item"))
        else:
            name = (sent(fault.field) if sent else fault.field) if fault.field in known else ""
            way, place = f"#{name}" if name else "", place_in_words(fault.field, say)
            shown.append(FaultView(_worded(fault, say), way, name, _sentence(_plainly(fault.message)), place))
    return tuple(shown)


def _faults_of_person(fault: Fault, form: FormView, say: Say) -> list[FaultView]:
    """A fault of the whole person, as one for each field that has it."""
    fields = [each for each in (*form.person_main, *_fields(form.person_more)) if each.errors]
    named = [
        FaultView(
            f"{form.person_label}, {each.label.text}: {each.errors[0].lower()}",
            f"#{each.name}",
            each.name,
            each.errors[0],
            f"{form.person_label}, {each.label.text}",
        )
        for each in fields
    ]
    return named or [FaultView(_worded(fault, say), "#q_customer")]


def _shown_fields(form: FormView) -> Iterable[FormField]:
    parts: list[FormField | FormGroup] = [*form.person_main, *form.person_more, *form.paying, *form.noted, *form.more]
    for line in form.lines:
        parts += [*line.main, *line.more]
    while parts:
        part = parts.pop()
        if isinstance(part, FormField):
            yield part
        else:
            parts += [*part.fields, *(each for _, row in part.rows for each in row)]


def _worded(fault: Fault, say: Say) -> str:
    where, message = place_in_words(fault.field, say), _plainly(fault.message)
    return f"{where}: {message}" if where else message


def _plainly(message: str) -> str:
    """The words of a fault for people; for a number with a comma they are how to write it, and nothing else."""
    _, found, rest = message.rpartition(POINT_WANTED)
    return f"{found}{rest}" if found else for_people(message)


def place_in_words(path: str, say: Say) -> str:
    """Where a field of the form is, as people read it: ``Línea 3, Precio``."""
    plain, words = "", []
    for name, position in _STEP.findall(path):
        plain = f"{plain}.{name}" if plain else name
        label = say(LABELS[plain]) if plain in LABELS else ""
        if position:
            plain += "[]"
            label = f"{say('Línea') if name == 'lines' else label} {int(position) + 1}"
        words.append(label)
    shown = [each for each in words if each]
    return ", ".join(shown) if len(shown) == len(words) else ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def totals_view(amounts: Amounts, warnings: Iterable[AnswerWarning], say: Say, mark: str = "") -> TotalsView:
    """The totals with the amounts that are not zero."""
    shown = []
    for name, label in _AMOUNTS:
        value = getattr(amounts, name)
        if value:
            shown.append(AmountView(say(label), -value if name in _SUBTRACTED else value))
    texts = dict.fromkeys(warning_text(each.code, **each.values) for each in warnings)
    return TotalsView(tuple(shown), amounts.payable, tuple(map(_sentence, texts)), mark)


def differs_in_words(mark: str, totals: TotalsView, say: Say) -> str:
    """Why a draft is not issued at the first press: what was shown with ``mark`` is not what would be issued."""
    now = _money(totals.payable)
    seen = _SEEN.match(mark)
    if seen is None:
        return say("El total a pagar es {now}. Revíselo y emita de nuevo.").format(now=now)
    before = _money(Decimal(seen[1]))
    if before == now:
        return say("El documento cambió después de que usted vio el total; revise y emita de nuevo.")
    return say("El total cambió de {before} a {now}; revise y emita de nuevo.").format(before=before, now=now)


def _money(value: Decimal) -> str:
    return f"${value:,.2f}"


def _first_line(lines: object) -> str:
    """The description of the first line, or the code of its item."""
    line = lines[0] if isinstance(lines, list) and lines else None
    said = (line.get("description") or line.get("code")) if isinstance(line, Mapping) else None
    return said if isinstance(said, str) else ""


def open_draft(draft: KeptDraft, say: Say) -> OpenDraft:
    """A draft in the list."""
    person: Any = draft.body.get("customer") or draft.body.get("subject") or {}
    lines: Any = draft.body.get("lines") or ()
    name = person.get("name") if isinstance(person, Mapping) else None
    is_empty = not draft.body
    empty = say("vacío" if draft.row.title.startswith("Comprobante") else "vacía")
    title = say(draft.row.title)
    return OpenDraft(
        id=draft.id,
        kind=f"{title} {empty}" if is_empty else title,
        customer=name if isinstance(name, str) else "",
        lines=len(lines) if isinstance(lines, list) else 0,
        changed=shown_moment(draft.seen),
        first=_first_line(lines),
        is_empty=is_empty,
    )
