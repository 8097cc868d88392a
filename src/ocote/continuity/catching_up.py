"""Asks MH what became of everything that a restored database holds without MH's verdict, by the background work."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from ocote.companies.registry import Companies
from ocote.mh.hosts import MhHosts
from ocote.store.companies import registered_companies
from ocote.store.engine.store import Store
from ocote.store.resuming import Unasked, count_unasked
from ocote.work.background import Round


class CatchingUp(Struct, frozen=True):
    """The parts that asking needs; ``rounds`` are the background work with MH."""

    store: Store
    companies: Companies
    hosts: MhHosts
    rounds: Sequence[Round]

    async def run(self, moved: Callable[[int, int], None]) -> Unasked:
        """Does the background work until MH was asked about everything, or answers no more; returns what is left.

        ``moved`` receives how many of how many were asked about. While MH answers nobody nothing is begun, and the
        background work of the gateway goes on later. Raises StoreUnavailableError.
        """
        left = await self.store.read(count_unasked)
        total = left.all
        while left.all and await self._mh_answers():
            taken = 0
            for one in self.rounds:
                taken += await one()
            left = await self.store.read(count_unasked)
            total = max(total, left.all)
            moved(total - left.all, total)
            if not taken:
                break
        return left

    async def _mh_answers(self) -> bool:
        """Whether MH answers at least one company."""
        for company_id in await self.store.read(registered_companies):
            company = await self.companies.get(company_id)
            if await self.hosts.of(company.environment).answers(company.credentials):
                return True
        return False
