"""Gathers what the rows of a backup say about it, while the rows pass by."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from msgspec import Struct, structs

from ocote.backups.manifest import CounterState, JournalPosition, LastDocument, Manifest
from ocote.companies.onboarding import setup_owner
from ocote.companies.production import switch_owner
from ocote.companies.registry import SEALED_COLUMNS, owner
from ocote.outbox.webhook_secrets import previous_secrets_owner, secret_owner
from ocote.people.second_factor import totp_owner
from ocote.vault import key_fingerprint_of

RowValues = tuple[Any, ...]
Watcher = Callable[[Iterable[RowValues]], None]


class SealedValue(Struct, frozen=True):
    """A sealed value that the gateway needs, and the owner to whom it is bound."""

    owner: str
    sealed: bytes


class Facts:
    """The facts in all rows seen until now; companies have to come before what belongs to them."""

    def __init__(self) -> None:
        self.installation: str | None = None
        self.documents = 0
        self.counters: list[CounterState] = []
        self.sealed: list[SealedValue] = []
        self._companies: dict[int, tuple[str, str]] = {}
        self._last: tuple[str, str, int, str, str] | None = None
        self._segments: list[tuple[int, bool]] = []

    @property
    def secrets(self) -> tuple[str, ...]:
        """The fingerprints of the keys that open the sealed values; a value that is not sealed needs none."""
        return tuple(sorted(filter(None, {key_fingerprint_of(value.sealed) for value in self.sealed})))

    @property
    def last_document(self) -> LastDocument | None:
        """The document that was registered last."""
        if self._last is None:
            return None
        posted_at, _, company, control_number, reference = self._last
        nit, environment = self._companies[company]
        return LastDocument(posted_at, control_number, reference, nit, environment)

    @property
    def journal(self) -> JournalPosition:
        """The first segment that was open, because its lines may be of later; else the segment that would come next."""
        still_open = [number for number, is_closed in self._segments if not is_closed]
        after_all = 1 + max((number for number, _ in self._segments), default=0)
        return JournalPosition(min(still_open, default=after_all))

    def told_by(self, manifest: Manifest) -> Manifest:
        """A manifest with everything that the rows say in place of what it says itself."""
        return structs.replace(
            manifest,
            installation=self.installation,
            companies=len(self._companies),
            documents=self.documents,
            last_document=self.last_document,
            secrets=self.secrets,
            journal=self.journal,
            counters=tuple(self.counters),
        )

    def watcher(self, table: str, columns: tuple[str, ...]) -> Watcher | None:
        """The function that takes the rows of a table; None for a table that says nothing about the backup."""
        by_name = self._by_name()
        if table == "document":
            return self._documents(columns)
        if table not in by_name:
            return None
        take = by_name[table]

        def watch(rows: Iterable[RowValues]) -> None:
            for row in rows:
                take(dict(zip(columns, row, strict=True)))

        return watch

    def _by_name(self) -> dict[str, Callable[[Mapping[str, Any]], None]]:
        return {
            "installation": self._installation,
            "company": self._company,
            "correlative": self._counter,
            "journal_segment": self._segment,
            "webhook": self._webhook,
            "person": self._person,
            "setup": self._setup,
            "production_switch": self._switch,
        }

    def _installation(self, row: Mapping[str, Any]) -> None:
        self.installation = row["id"]

    def _company(self, row: Mapping[str, Any]) -> None:
        nit, environment = self._companies[row["id"]] = row["nit"], row["environment"]
        for name in SEALED_COLUMNS:
            if row[name] is not None:
                self.sealed.append(SealedValue(owner(nit, environment, name), row[name]))

    def _counter(self, row: Mapping[str, Any]) -> None:
        place = self._companies[row["company_id"]]
        series = (row[name] for name in ("doc_type", "branch_code", "pos_code", "year", "last"))
        self.counters.append(CounterState(*place, *series))

    def _segment(self, row: Mapping[str, Any]) -> None:
        self._segments.append((row["number"], row["closed_at"] is not None))

    def _webhook(self, row: Mapping[str, Any]) -> None:
        if row["removed_at"] is None:
            place = self._companies[row["company_id"]]
            self.sealed.append(SealedValue(secret_owner(*place, row["id"]), row["secret"]))
            if (previous := row.get("previous_secrets")) is not None:
                self.sealed.append(SealedValue(previous_secrets_owner(*place, row["id"]), previous))

    def _person(self, row: Mapping[str, Any]) -> None:
        if row["totp"] is not None:
            self.sealed.append(SealedValue(totp_owner(row["id"]), row["totp"]))

    def _setup(self, row: Mapping[str, Any]) -> None:
        if row["secrets"] is not None:
            self.sealed.append(SealedValue(setup_owner(row["person_id"]), row["secrets"]))

    def _switch(self, row: Mapping[str, Any]) -> None:
        if row["secrets"] is not None:
            self.sealed.append(SealedValue(switch_owner(row["company_id"]), row["secrets"]))

    def _documents(self, columns: tuple[str, ...]) -> Watcher:
        """A function without a look-up by name, because documents are nearly all rows."""
        names: Final = ("posted_at", "id", "company_id", "control_number", "external_ref")
        posted_at, *others = (columns.index(name) for name in names)

        def watch(rows: Iterable[RowValues]) -> None:
            for row in rows:
                self.documents += 1
                if self._last is None or row[posted_at] >= self._last[0]:
                    found = (row[posted_at], *(row[position] for position in others))
                    self._last = max(found, self._last or found)

        return watch
