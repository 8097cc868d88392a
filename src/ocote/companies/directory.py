"""All companies of the gateway, as its operator sees and switches them: counts, and nothing of any document."""

from datetime import datetime, time, timedelta
from typing import Final

from msgspec import Struct

from ocote.audit import Author
from ocote.clock import EL_SALVADOR, Clock, local_date
from ocote.companies.registry import Registered, switch_company
from ocote.documents.view import Refused
from ocote.store.company_directory import (
    CompanyName,
    CompanySummary,
    companies_after,
    company_names,
    company_summaries,
)
from ocote.store.engine.store import Store
from ocote.store.engine.values import folded, moment_text

COMPANIES_ON_A_PAGE: Final = 25
_LATELY: Final = timedelta(days=60)
"""What was refused or given up longer ago is not counted as open any more."""

GATEWAY: Final = 0
"""Stands for the company of a search that reads every company: such searches wait for one another, and for no sale."""


class DirectoryPage(Struct, frozen=True):
    """A page of companies by name; ``next_after`` is the company behind which the next page begins."""

    companies: tuple[CompanySummary, ...]
    next_after: int | None


class CompanyDirectory:
    """Lists the companies of a gateway, and switches one off and on. Raises Refused for an unknown company."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def page(self, after: int | None, sought: str = "") -> DirectoryPage:
        """A page of all companies, or of those whose name or NIT holds a text, behind a company."""
        most = COMPANIES_ON_A_PAGE + 1
        if sought.strip():
            found = _behind(await self._store.search(company_names, GATEWAY), after, sought)[:most]
        else:
            found = await self._store.search(companies_after, GATEWAY, after, most)
        shown = [each.id for each in found[:COMPANIES_ON_A_PAGE]]
        return DirectoryPage(tuple(await self._summaries(shown)), shown[-1] if len(found) == most else None)

    async def one(self, company_id: int) -> CompanySummary:
        """The counts of one company."""
        found = await self._summaries([company_id])
        if not found:
            raise Refused("page_not_found")
        return found[0]

    async def switch(self, company: CompanySummary, by: Author, *, active: bool) -> bool:
        """Disables or enables a company; False when it was so already."""
        if company.active == active:
            return False
        await switch_company(self._store, self._clock, registration_of(company), by, active=active)
        return True

    async def _summaries(self, ids: list[int]) -> list[CompanySummary]:
        now = self._clock()
        today = datetime.combine(local_date(now), time.min, EL_SALVADOR)
        lately = moment_text(now - _LATELY)
        return await self._store.search(company_summaries, GATEWAY, ids, moment_text(today), lately) if ids else []


def registration_of(company: CompanySummary) -> Registered:
    """The company as the services that change it know it."""
    return Registered(company.id, company.nit, company.environment, company.name)


def _behind(names: list[CompanyName], after: int | None, sought: str) -> list[CompanyName]:
    """The companies that hold a text, without accents and in any case, behind the company with an id."""
    wanted = folded(sought.strip())
    digits = sought.replace("-", "").strip()
    place = next((at for at, each in enumerate(names, 1) if each.id == after), 0)
    return [each for each in names[place:] if wanted in folded(each.name) or (digits.isdigit() and digits in each.nit)]
