"""The lines about what is open: each with its number, its tone and the page where it is dealt with."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from msgspec.structs import replace

from ocote.archive.situation import OpenDocuments, OpenPoints
from ocote.archive.sums import Slice
from ocote.books.due import DueDates
from ocote.contingency.deadlines import LegalDeadline
from ocote.panel.today.open_lines import OpenLine, Reader, due_lines, missing_lines, open_lines
from ocote.panel.today.pages import change_words

NOW: Final = datetime(2026, 11, 27, 18, tzinfo=UTC)
LINKS: Final = "/panel/c/1"
NOTHING: Final = OpenPoints(
    documents=OpenDocuments(0, 0, 0, None),
    mails=0,
    webhooks_off=0,
    webhooks_failing=0,
    invalidations=0,
    certificate_until=None,
    unconfirmed_since=None,
    backed_up_at=NOW,
    v2_from=date(9999, 1, 1),
)


def lines_of(**changes: Any) -> list[OpenLine]:
    known = {name: getattr(NOTHING, name) for name in NOTHING.__struct_fields__}
    return open_lines(
        OpenPoints(**{**known, **changes}), LINKS, NOW, str, Reader(operates=True, may_edit=True, may_issue=True)
    )


def test_a_company_in_order_has_nothing_open() -> None:
    assert lines_of() == []


@pytest.mark.parametrize(
    ("changes", "tone", "number", "note", "href"),
    [
        ({"documents": OpenDocuments(3, 0, 0, None)}, "waiting", 3, "cuando la causa termine", "/documents?"),
        (
            {"documents": OpenDocuments(3, 0, 0, LegalDeadline(NOW + timedelta(hours=5), "event"))},
            "waiting",
            3,
            "plazo para el evento: 27/11/2026 17:00",
            "/documents?",
        ),
        (
            {"documents": OpenDocuments(3, 0, 0, LegalDeadline(NOW - timedelta(hours=1), "documents"))},
            "bad",
            3,
            "plazo para transmitirlos: 27/11/2026 11:00",
            "/documents?",
        ),
        ({"documents": OpenDocuments(0, 2, 0, None)}, "bad", 2, "60 días", "/documents?state=rejected"),
        ({"documents": OpenDocuments(0, 0, 4, None)}, "waiting", 4, "se consultan solos", "/documents?"),
        ({"mails": 5}, "bad", 5, "60 días", "/mails"),
        ({"webhooks_off": 1}, "bad", 1, "", "/webhooks"),
        ({"webhooks_failing": 2}, "waiting", 2, "", "/webhooks"),
        ({"invalidations": 2}, "waiting", 2, "se envían solas", "/documents"),
        ({"certificate_until": NOW + timedelta(days=30)}, "waiting", 30, "vence el 27/12/2026", "/company"),
        ({"certificate_until": NOW - timedelta(days=1)}, "bad", 0, "vence el 26/11/2026", "/company"),
        (
            {"backed_up_at": NOW - timedelta(days=9)},
            "waiting",
            9,
            "la última: 18/11/2026 12:00",
            "/panel/operator/health#backups",
        ),
        ({"backed_up_at": None}, "waiting", None, "", "/panel/operator/health#backups"),
        ({"unconfirmed_since": NOW}, "bad", None, "desde 27/11/2026 12:00", "/counters"),
        ({"v2_from": date(2026, 12, 1)}, "info", 4, "desde el 01/12/2026", "/company"),
        ({"v2_from": date(2026, 11, 25)}, "info", None, "desde el 25/11/2026; no hay que hacer nada", "/company"),
        ({"unsent_mail": True}, "waiting", None, "clientes con correo", "/company/mail"),
        ({"untried_access": True}, "waiting", None, "antes de emitir", "/company/mh"),
        ({"old_drafts": 2}, "info", 2, "más de un día", "/drafts"),
    ],
)
def test_each_open_point_has_its_tone_its_number_and_its_page(
    changes: dict[str, Any], tone: str, number: int | None, note: str, href: str
) -> None:
    [line] = lines_of(**changes)
    assert (line.tone, line.number) == (tone, number)
    assert note in line.note
    assert str(line.href).startswith(href if href.startswith("/panel") else LINKS + href)


def test_a_backup_is_asked_of_nobody_who_cannot_make_it() -> None:
    known = {name: getattr(NOTHING, name) for name in NOTHING.__struct_fields__}
    points = OpenPoints(**{**known, "backed_up_at": None, "old_drafts": 2})
    reader = Reader(operates=False, may_edit=False, may_issue=False)
    assert open_lines(points, LINKS, NOW, str, reader) == []
    [line] = open_lines(replace(points, unsent_mail=True), LINKS, NOW, str, reader)
    assert line.href == f"{LINKS}/company"


def test_what_is_far_away_is_not_shown() -> None:
    assert lines_of(certificate_until=NOW + timedelta(days=60), v2_from=date(2026, 11, 1)) == []


def test_what_hurts_comes_first() -> None:
    lines = lines_of(v2_from=date(2026, 12, 1), invalidations=1, mails=1)
    assert [line.tone for line in lines] == ["bad", "waiting", "info"]


def test_a_month_lacks_what_has_no_stamp_and_says_how_many_are_notes() -> None:
    day = date(2026, 11, 3)
    slices = [
        Slice(day, None, "05", "M001P001", "rejected", 2, 100),
        Slice(day, None, "01", "M001P001", "rejected", 1, 100),
        Slice(day, None, "01", "M001P001", "stamped", 9, 100),
        Slice(day, None, "01", "M001P001", "cancelled", 1, 100),
    ]
    [line] = missing_lines(slices, 0, LINKS, str)
    assert (line.number, line.note) == (3, "de ellos, notas de crédito: 2")
    assert missing_lines(slices[2:], 0, LINKS, str) == []
    assert [each.number for each in missing_lines(slices[2:], 1, LINKS, str)] == [1]


@pytest.mark.parametrize(
    ("today", "left"),
    [
        (date(2026, 12, 13), ["falta 1 día", "faltan 8 días"]),
        (date(2026, 12, 14), ["vence hoy", "faltan 7 días"]),
        (date(2026, 12, 15), ["faltan 6 días"]),
        (date(2026, 12, 22), []),
    ],
)
def test_returns_are_shown_until_they_are_due(today: date, left: list[str]) -> None:
    due = DueDates(vat=date(2026, 12, 14), report=date(2026, 12, 21))
    assert [line.left for line in due_lines(due, "noviembre 2026", today, str)] == left


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [(110, 100, "+10.0 %"), (100, 110, "−9.1 %"), (100, 100, "0.0 %"), (100, 0, ""), (-5, 100, "−105.0 %")],
)
def test_a_change_is_said_in_per_cent_where_there_is_something_to_compare(now: int, before: int, words: str) -> None:
    assert change_words(now, before) == words
