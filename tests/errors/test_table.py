"""The table of fault codes is complete, consistent and printed."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from ocote import errors
from ocote.dte.faults import Fault, FaultCode
from ocote.errors.page import page
from ocote.requests.description import InnerList, InnerObject, RequestObject
from ocote.requests.export_span import EXPORT_QUERY
from ocote.requests.invalidation import INVALIDATION_BODY
from ocote.requests.invoice import INVOICE_BODY
from ocote.requests.listing import LISTING_QUERY
from ocote.requests.mail import MAIL_BODY
from ocote.requests.note import NOTE_BODY
from ocote.requests.purchase import PURCHASE_BODY

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "ocote"
NAMES_A_CODE_ANYWHERE = frozenset({"Fault", "Refused"})
NAMES_A_CODE_IN_THE_API = frozenset({"fault", "invalid", "message", "refuse", "status"})


def _codes_in(folder: Path, calls: frozenset[str]) -> set[str]:
    """First arguments of the calls of these functions, in every module below the folder."""
    codes = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if name in calls and isinstance(first, ast.Constant) and isinstance(first.value, str):
                codes.add(first.value)
    return codes


def test_every_code_that_the_code_uses_is_in_the_table() -> None:
    used = _codes_in(SOURCE, NAMES_A_CODE_ANYWHERE) | _codes_in(SOURCE / "api", NAMES_A_CODE_IN_THE_API)

    assert used - set(errors.ENTRIES) == set()


def test_every_refusal_gives_the_values_that_its_message_names() -> None:
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused" and node.args:
                code = getattr(node.args[0], "value", None)
                assert isinstance(code, str), f"{path}:{node.lineno} names no code"
                message = errors.ENTRIES[code].message
                named = {name for _, name, _, _ in Formatter().parse(message) if name}
                given = {keyword.arg for keyword in node.keywords}
                assert named <= given, f"{path}:{node.lineno} leaves out {named - given}"


def _codes_of(described: RequestObject) -> Iterator[str]:
    """The codes that a description names: of its kinds, of what must be sent, of at least one field."""
    if described.at_least_one is not None:
        yield described.at_least_one.fault
    for field in described.fields:
        yield from field.required_for.values()
        if isinstance(field.kind, InnerObject | InnerList):
            yield from _codes_of(field.kind.described)
        elif hasattr(field.kind, "fault"):
            yield field.kind.fault


def _second_arguments(folder: Path, call: str) -> set[str]:
    return {
        node.args[1].value
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == call
        if len(node.args) > 1 and isinstance(node.args[1], ast.Constant) and isinstance(node.args[1].value, str)
    }


def test_every_code_that_a_field_may_be_refused_with_is_in_the_table() -> None:
    described = (INVOICE_BODY, NOTE_BODY, PURCHASE_BODY, INVALIDATION_BODY, MAIL_BODY, LISTING_QUERY, EXPORT_QUERY)
    requests = SOURCE / "requests"
    used = {code for each in described for code in _codes_of(each)}
    refused = _second_arguments(requests, "refuse") | _codes_in(requests, frozenset({"Faulty"}))

    assert {"ccf_customer_field_missing", "query_value_unknown"} <= used
    assert {"municipality_missing", "text_too_long"} <= refused
    assert (used | refused) - set(errors.ENTRIES) == set()


def test_every_code_of_the_fiscal_rules_is_in_the_table() -> None:
    assert {code.value for code in FaultCode} - set(errors.ENTRIES) == set()


def test_codes_are_snake_case_and_never_empty_of_explanation() -> None:
    for code, entry in errors.ENTRIES.items():
        assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", code)
        assert entry.message
        assert entry.cause.endswith((".", "?"))
        assert entry.remedy.endswith(".")


def test_statuses_are_those_of_the_contract_and_503_while_the_database_is_away() -> None:
    contract = {400, 401, 403, 404, 405, 409, 429, 500}
    of_the_api = [entry for entry in errors.ENTRIES.values() if entry.area != "panel"]

    assert {entry.status for entry in of_the_api} == contract | {503}


def test_the_rate_limit_texts_are_the_ones_the_contract_shows() -> None:
    assert errors.message("rate_limit_minute", limit=120) == "Limite de 120 requests por minuto excedido"
    assert errors.message("rate_limit_hour", limit=5000) == "Limite de 5000 requests por hora excedido"


def test_a_fault_of_a_field_reads_as_one_sentence() -> None:
    fault = errors.fault("line_quantity_not_positive", "lines[0].quantity")

    assert errors.detail_of(fault) == "Solicitud invalida: lines[0].quantity debe ser mayor que cero"


def test_a_fault_that_is_a_sentence_of_its_own_stands_behind_a_colon() -> None:
    fault = Fault("invalid_dui", "customer.dui", "El DUI debe tener 9 dígitos.")

    assert errors.detail_of(fault) == "Solicitud invalida: customer.dui: El DUI debe tener 9 dígitos."


def test_an_unknown_code_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        errors.message("no_such_code")


def test_the_codes_that_the_contract_lists_are_explained() -> None:
    listed = ["001", "002", "004", "005", "006", "089", "092", "094", "095", "096", "097", "098", "099"]

    assert set(listed) <= errors.MH.keys()


def test_every_code_that_the_protocol_prints_is_explained() -> None:
    protocol = (ROOT / "docs" / "mh" / "protocol.md").read_text(encoding="utf-8")
    table = protocol[protocol.index("### 5.2") : protocol.index("### 5.3")]
    printed = set(re.findall(r"\|\s*(\d{3})\s*(?=\||/)", table))

    assert len(printed) > 40
    assert printed <= set(errors.MH)


def test_the_printed_page_is_current() -> None:
    assert (ROOT / "docs" / "errors.md").read_text(encoding="utf-8") == page()


def test_the_page_names_every_code_once() -> None:
    text = page()

    for code in [*errors.ENTRIES, *errors.MH]:
        assert text.count(f"| `{code}` |") == 1
