"""Whatever a form of a draft brings along: the draft can be opened, filled in and issued afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.panel.drafting import SALE, begun, sent
from tests.panel_client import PanelClient, person_at
from tests.running_gateway import running_gateway

HUGE = "9" * 5000
HOSTILE = [
    {"~lines": "5"},
    {"~lines": '"abc"', "pick": "item:x"},
    {"~lines": "5", "pick": "item:x"},
    {"~lines": '[{"code":[1]},null,5,{"code":{"a":1}}]'},
    {"~customer": '"x"', "pick": "activity:01111"},
    {"~customer": "[1]", "pick": "activity:01111"},
    {"pick": "activity:\0"},
    {"pick": "customer:²"},
    {"pick": f"customer:{HUGE}"},
    {"pick": "customer:999999999999999999999999999999"},
    {"pick": "customer:999999999999999999"},
    {"~lines[0].description": '"\\ud800"'},
    {"lines[0].code": "a\0b", "lines[0].quantity": "1"},
    {"~lines[0].quantity": "1e200000000"},
    {"~lines[0].quantity": "NaN"},
    {"~extra": "[" * 900 + "]" * 900},
    {"lines[0].description": "x", "remove_row": "lines-²"},
    {"lines[0].description": "x", "remove_row": f"lines-{HUGE}"},
    {"remove_row": "x\r\nX-Evil: 1-0"},
    {"add_row": "x\r\nX-Evil: 1\r\nX-More: "},
    {"add_row": "customer"},
    {"q_item": "ab\0c", "do": "find"},
    {"seen": "zzz"},
    {"seen": "9999-12-31T23:59:59.999999Z", "overwrite": "\0"},
    {"point": "\0"},
    {"tried": f"{HUGE}-x", "do": "issue"},
]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def person(
    request: pytest.FixtureRequest, all_databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PanelClient]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    url = all_databases.sqlite() if request.param == "sqlite" else all_databases.postgres()
    with running_gateway(url, folder) as gateway:
        yield person_at(gateway)
    all_databases.give_back(url)


@pytest.fixture
def path(person: PanelClient) -> Iterator[str]:
    begun_at = begun(person)
    yield begun_at
    person.post("/c/1/drafts", {"discard": begun_at.rpartition("/")[2]})


@pytest.mark.parametrize("fields", HOSTILE, ids=lambda fields: "-".join(fields) if isinstance(fields, dict) else "")
def test_a_hostile_form_breaks_nothing(person: PanelClient, path: str, fields: dict[str, str]) -> None:
    answer = person.post(path, {"seen": person.get(path).hidden["seen"], **fields})
    assert answer.status < 500, answer.words
    assert "x-evil" not in answer.headers
    assert "x-more" not in answer.headers
    shown = person.get(path)
    assert shown.status == 200
    assert len(shown.content) < 2**20
    assert person.get("/c/1/drafts").status == 200
    assert sent(person, path, SALE, "issue").status == 303


def test_hostile_texts_find_nothing(person: PanelClient) -> None:
    for query in ("find/customers?q_customer=ab%00", "find/items?q_item=ab%00", "find/activities?q_activity=%00a"):
        assert person.get(f"/c/1/drafts/{query}").status == 404
    for query in ("new?copy_of=%00", "new?note_of=%00", "%00", "%00/outcome"):
        assert person.get(f"/c/1/drafts/{query}").status == 404


def test_more_rows_than_a_document_takes_are_refused_in_words(person: PanelClient, path: str) -> None:
    rows = {f"lines[{row}].description": "x" for row in range(5000)}
    refused = sent(person, path, rows)
    assert refused.status == 400
    assert "2000" in refused.words
    assert "lines[2500]" not in person.get(path).text
