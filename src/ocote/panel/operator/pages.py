"""The values that the pages of the operator show of companies: counts and codes, and nothing of any document. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from ocote.clock import local_date
from ocote.companies.directory import DirectoryPage
from ocote.dte.editions import V2_FROM
from ocote.outbox.words import EVENT_WORDS
from ocote.panel.contingencies.pages import contingency_words, line_of
from ocote.panel.frame.moments import shown_moment
from ocote.panel.frame.phrases import phrase, together
from ocote.store.company_directory import CompanySummary
from ocote.store.contingency.row import ContingencyOverview
from ocote.store.engine.values import moment
from ocote.store.given_up import GivenUpRow
from ocote.store.sendings import Channel

CompanyTone = Literal["", "good", "waiting", "bad", "info"]

_CERTIFICATE_ENDS_SOON: Final = timedelta(days=30)


class CompanyLine(Struct, frozen=True):
    """A company of the list."""

    id: int
    name: str
    nit: str
    is_test: bool
    state: str
    state_tone: CompanyTone
    edition: str
    last_document: str
    today: int
    troubles: str
    trouble_tone: CompanyTone
    certificate: str
    certificate_tone: CompanyTone


class ContingencyOfCompany(Struct, frozen=True):
    """A contingency that is not over."""

    id: str
    cause: str
    since: str
    waiting: int
    state: str
    tone: CompanyTone
    left: str


class GivenUpLine(Struct, frozen=True):
    """A message that was given up: what it told of, when, and the code of the server's answer."""

    id: str
    what: str
    since: str
    given_up: str
    attempts: int
    status: str


class GivenUpCard(Struct, frozen=True):
    """The messages of a channel that were given up."""

    channel: Channel
    title: str
    lines: tuple[GivenUpLine, ...]


def company_lines(page: DirectoryPage, now: datetime) -> tuple[CompanyLine, ...]:
    """The companies of a page of the list."""
    return tuple(company_line(company, now) for company in page.companies)


def company_line(company: CompanySummary, now: datetime) -> CompanyLine:
    """One company in words."""
    until = moment(company.certificate_valid_until) if company.certificate_valid_until is not None else None
    ends = until is not None and until - now <= _CERTIFICATE_ENDS_SOON
    return CompanyLine(
        id=company.id,
        name=company.name,
        nit=company.nit,
        is_test=company.environment == "00",
        state="Activa" if company.active else "Desactivada",
        state_tone="good" if company.active else "waiting",
        edition=_edition(company.v2_from, local_date(now)),
        last_document=shown_moment(company.last_document_at, "—"),
        today=company.today,
        troubles=_troubles(company),
        trouble_tone="bad" if company.contingencies or company.refused else "waiting",
        certificate=f"{local_date(until):%d/%m/%Y}" if until is not None else "—",
        certificate_tone="" if until is None or not ends else "bad" if until <= now else "waiting",
    )


def unfinished_contingencies(rows: Iterable[ContingencyOverview], now: datetime) -> tuple[ContingencyOfCompany, ...]:
    """The contingencies of a company that are not over."""
    lines = ((row, line_of(row, now), contingency_words(row)) for row in rows)
    return tuple(
        ContingencyOfCompany(row.id, line.cause, line.since, line.waiting, words.text, words.tone, line.left)
        for row, line, words in lines
    )


def given_up_card(channel: Channel, rows: Sequence[GivenUpRow]) -> GivenUpCard:
    """The card of a channel. An answer of a server may quote an address, so that only its code is shown."""
    title = "Correos no entregados" if channel == "email" else "Avisos a webhooks no entregados"
    lines = (
        GivenUpLine(
            id=row.id,
            what=phrase("Documento %(state)s", state=phrase(EVENT_WORDS[row.event]))
            if row.event in EVENT_WORDS
            else row.event,
            since=shown_moment(row.created_at),
            given_up=shown_moment(row.answered_at, "—"),
            attempts=row.attempts,
            status=str(row.status) if row.status is not None else "—",
        )
        for row in rows
    )
    return GivenUpCard(channel, title, tuple(lines))


def _edition(v2_from: str | None, today: date) -> str:
    begins = date.fromisoformat(v2_from) if v2_from else V2_FROM
    return "v2.0" if today >= begins else phrase("v1, v2.0 desde %(day)s", day=f"{begins:%d/%m/%Y}")


def _troubles(company: CompanySummary) -> str:
    """The work that waits for a person, most urgent first; empty when nothing does."""
    counts = (
        (company.contingencies, phrase("en contingencia")),
        (company.refused, phrase("rechazados: %(n)s", n=company.refused)),
        (company.mails, phrase("correos sin entregar: %(n)s", n=company.mails)),
        (company.webhooks, phrase("avisos sin entregar: %(n)s", n=company.webhooks)),
    )
    found = [words for count, words in counts if count]
    return together(*found, between=", ") if found else ""
