"""Looks at the day on which a company changes from Normativa v1.x to v2.0, and at what stays behind."""

from collections.abc import Sequence, Set
from datetime import date, datetime, timedelta
from typing import Final

from ocote.clock import local_date
from ocote.companies.company import decode_profile
from ocote.dte.editions import CONTINGENCY, INVALIDATION, V2_FROM, Schedule, edition_for
from ocote.dte.types import DOCUMENT_TYPES
from ocote.health.finding import Finding, warning
from ocote.store.companies import CompanyRow
from ocote.store.known_numbers import KnownCounterRow
from ocote.wording.environment import ENVIRONMENT_NAMES

_NEAR: Final = timedelta(days=30)
_EVENT_NAMES: Final = {INVALIDATION: "invalidaciones", CONTINGENCY: "contingencias"}


def edition_changes(
    companies: Sequence[CompanyRow], counters: Sequence[KnownCounterRow], now: datetime
) -> list[Finding]:
    """One warning for each active company that changes soon, or that will not have changed by the compulsory day.

    ``counters`` tell which types a company issues; one that has issued nothing may issue all of them. MH has not
    confirmed the day at first hand (protocol.md 7), so that the remedy is to ask and to know how the day is moved.
    """
    issued: dict[int, set[str]] = {}
    for counter in counters:
        issued.setdefault(counter.company_id, set()).add(counter.doc_type)
    today = local_date(now)
    found = (
        _change(company, _subjects(issued.get(company.id, set())), today) for company in companies if company.active
    )
    return [finding for finding in found if finding is not None]


def _subjects(issued: Set[str]) -> list[str]:
    types = [code for code in DOCUMENT_TYPES if code in issued or not issued]
    return [*types, *_EVENT_NAMES]


def _change(company: CompanyRow, subjects: Sequence[str], today: date) -> Finding | None:
    schedule = decode_profile(company.profile).schedule()
    day = schedule.from_date
    changing = _changing(schedule, subjects, today) if today < day <= today + _NEAR else []
    staying = _staying(schedule, subjects, max(today, V2_FROM)) if today + _NEAR >= V2_FROM else []
    staying = [subject for subject in staying if subject not in changing]
    if not changing and not staying:
        return None
    told = []
    if changing:
        told.append(f"desde el {day} salen en v2.0: {_named(changing)}")
    if staying:
        told.append(f"siguen en v1.x: {_named(staying)}")
    return warning(
        f"Normativa de {company.name} ({ENVIRONMENT_NAMES[company.environment]})",
        "; ".join(told),
        f"Se anunció v2.0 como obligatoria desde el {V2_FROM}, pero Hacienda no lo ha confirmado directamente: "
        "pregúntele. El día se cambia en el archivo de la empresa, en [editions] con from = AAAA-MM-DD, y un tipo solo "
        'con "05" = "v1" o "v2"; luego «ocote company add». Pruebe antes con la empresa de pruebas.',
    )


def _changing(schedule: Schedule, subjects: Sequence[str], today: date) -> list[str]:
    return [
        subject
        for subject in subjects
        if edition_for(schedule, subject, today) != edition_for(schedule, subject, schedule.from_date)
    ]


def _staying(schedule: Schedule, subjects: Sequence[str], day: date) -> list[str]:
    return [subject for subject in subjects if edition_for(schedule, subject, day) == "v1"]


def _named(subjects: Sequence[str]) -> str:
    types = [subject for subject in subjects if subject not in _EVENT_NAMES]
    events = [_EVENT_NAMES[subject] for subject in subjects if subject in _EVENT_NAMES]
    documents = [f"los tipos {', '.join(types)}" if len(types) > 1 else f"el tipo {types[0]}"] if types else []
    return ", ".join([*documents, *events])
