"""The companies, keys and customers of a lost database in the database that takes its place."""

from collections import Counter

from ocote.continuity.journal_index import Indexed, IndexedVersion, JournalIndex, Owner
from ocote.continuity.replay_report import MissingCompany
from ocote.dte.sale import Environment
from ocote.journal.lines import CustomerLine
from ocote.store import replaying as rows
from ocote.store.companies import registered_companies
from ocote.store.engine.store import Store


class CompanyMap:
    """Finds the ids that companies, keys and customers of the journal have in this database.

    A company has the id that it had, unless that id belongs to another NIT or environment here.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids: dict[tuple[str, str], int] = {}
        self._names: dict[int, tuple[str, str]] = {}
        self._keys: dict[int, frozenset[int]] = {}
        self._known_customers: dict[int, dict[int, str]] = {}
        self._customers: dict[tuple[int, int], int] = {}
        self._missing: Counter[tuple[str, Environment]] = Counter()

    async def load(self) -> None:
        """Reads the companies of this database. Raises StoreUnavailableError."""
        for row in (await self._store.read(registered_companies)).values():
            self._ids[row.nit, row.environment] = row.id
            self._names[row.id] = (row.nit, row.environment)

    def id_of(self, owner: Owner | None) -> int | None:
        """The id of a company in this database; None when the database does not have the company."""
        if owner is None:
            return None
        return self._ids.get((owner.nit, owner.environment))

    def nit_of(self, company_id: int) -> str:
        """The NIT of a company of this database."""
        return self._names[company_id][0]

    def miss(self, line: IndexedVersion) -> None:
        """Counts a document whose company is missing."""
        if line.owner is not None:
            self._missing[line.owner.nit, line.owner.environment] += 1

    @property
    def missing(self) -> tuple[MissingCompany, ...]:
        """The companies that are missing, with the numbers of their documents."""
        return tuple(
            MissingCompany(nit, environment, count) for (nit, environment), count in sorted(self._missing.items())
        )

    async def key(self, company_id: int, key_id: int | None) -> int | None:
        """The key, when the database has it."""
        if company_id not in self._keys:
            self._keys[company_id] = await self._store.read(rows.known_keys, company_id)
        return key_id if key_id in self._keys[company_id] else None

    def remember_customer(self, company_id: int, was: int, now_is: int) -> None:
        """Takes note of the id that a customer's record has here."""
        self._customers[company_id, was] = now_is

    async def customer(self, company_id: int, was: int | None, at: str) -> int | None:
        """The id of a customer's record here; None when it cannot be known that a record is this customer's.

        A record without a line in the journal is the one that the database already had at the moment ``at``.
        """
        if was is None or (company_id, was) in self._customers:
            return None if was is None else self._customers[company_id, was]
        if company_id not in self._known_customers:
            self._known_customers[company_id] = await self._store.read(rows.known_customers, company_id)
        created_at = self._known_customers[company_id].get(was)
        return was if created_at is not None and created_at <= at else None

    def id_of_customer_line(self, index: JournalIndex, line: Indexed, entry: CustomerLine) -> int | None:
        """The company of a customer's line, by the signed lines beside it, else by its id."""
        owner = index.owner_beside(line, entry.company_id)
        if owner is not None:
            return self.id_of(owner)
        return entry.company_id if entry.company_id in self._names else None
