"""Every field of every request has its Spanish label and words, so that no form shows a name of the API."""

from collections.abc import Iterator

import pytest

from ocote.panel.drafts.labels import LABELS, OPTIONS, UNSAID
from ocote.requests.description import InnerList, InnerObject, RequestObject
from ocote.requests.invoice import INVOICE_BODY
from ocote.requests.kinds import ChoiceValue, CodeValue
from ocote.requests.note import NOTE_BODY
from ocote.requests.purchase import PURCHASE_BODY

FIXED = {"doc_type", "external_ref"}


def paths(described: RequestObject, at: str = "") -> Iterator[tuple[str, object]]:
    for field in described.fields:
        path = f"{at}.{field.name}" if at else field.name
        if path not in FIXED:
            yield path, field.kind
        if isinstance(field.kind, InnerObject):
            yield from paths(field.kind.described, path)
        if isinstance(field.kind, InnerList):
            yield from paths(field.kind.described, f"{path}[]")


@pytest.mark.parametrize("described", [INVOICE_BODY, NOTE_BODY, PURCHASE_BODY], ids=lambda each: each.name)
def test_every_field_has_a_label(described: RequestObject) -> None:
    assert [path for path, _ in paths(described) if path not in LABELS] == []


def test_every_choice_has_words_for_its_codes() -> None:
    kinds = dict(each for body in (INVOICE_BODY, NOTE_BODY, PURCHASE_BODY) for each in paths(body))
    for path, words in OPTIONS.items():
        kind = kinds[path]
        if isinstance(kind, ChoiceValue):
            assert set(words) == {str(code) for code in kind.labels}, path
        elif isinstance(kind, CodeValue):
            assert set(words) == set(kind.known), path
    choices = {path for path, kind in kinds.items() if isinstance(kind, ChoiceValue)}
    assert choices <= set(OPTIONS)
    assert set(UNSAID) <= set(kinds)
