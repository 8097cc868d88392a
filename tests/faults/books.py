"""The gateway's books against MH's: what was asked, what each side holds, and whether they say the same."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ocote.emulator.server import ControlClient
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Row, Statement, Transaction, sql
from tests.e2e.written import payload
from tests.faults.operations import Operation

_DOCUMENTS = sql("""
    SELECT id, external_ref, doc_type, branch_code, pos_code, year, control_number, generation_code, state, stamp,
           payable_cents, jws, invalidated_at, due_at
    FROM document ORDER BY posted_at, id""")
_REFUSED = sql("""
    SELECT generation_code, count(*) AS times FROM superseded_version WHERE why = 'rejected'
    GROUP BY generation_code""")
_REPLACED = sql("""
    SELECT document.external_ref, document.doc_type, document.branch_code, document.pos_code, document.year,
           document.control_number, superseded_version.jws
    FROM superseded_version JOIN document ON document.id = superseded_version.document_id""")
_CONTINGENCIES = sql("SELECT id FROM contingency ORDER BY began_at DESC, id")

_NUMBERS_SET = sql("""
    SELECT number_change.pos_code, number_change.doc_type, next_before, next, last
    FROM number_change JOIN correlative ON correlative.company_id = number_change.company_id
        AND correlative.doc_type = number_change.doc_type AND correlative.branch_code = number_change.branch_code
        AND correlative.pos_code = number_change.pos_code AND correlative.year = number_change.year
    ORDER BY changed_at""")


@dataclass(frozen=True, slots=True)
class Findings:
    """What does not agree, in words; empty where it should be."""

    documents: int = 0
    rejected: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        """Every disagreement."""
        return [*self.lost, *self.doubled, *self.skipped]


def gateway_books(database_url: str) -> dict[str, Row]:
    """Every document of the gateway's database by reference."""
    return {row["external_ref"]: row for row in read_rows(database_url, _DOCUMENTS)}


def numbers_left_behind(database_url: str) -> dict[str, set[str]]:
    """The numbers that documents do not bear any more, by reference: MH knows them from another system."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in read_rows(database_url, _REPLACED):
        number = payload(row["jws"])["identificacion"]["numeroControl"]
        if number != row["control_number"]:
            found[row["external_ref"]].add(number)
    return found


def contingencies(database_url: str) -> list[str]:
    """The ids of all contingencies, the latest first."""
    return [row["id"] for row in read_rows(database_url, _CONTINGENCIES)]


def numbers_set(database_url: str) -> list[tuple[str, str, int, int, int]]:
    """The numbers that were set, in order: point of sale, type, next before, next after, and the counter's last."""
    rows = read_rows(database_url, _NUMBERS_SET)
    return [(row["pos_code"], row["doc_type"], row["next_before"], row["next"], row["last"]) for row in rows]


def read_rows(database_url: str, statement: Statement[Row]) -> list[Row]:
    """The rows of a statement."""

    def rows() -> Transaction[list[Row]]:
        return (yield statement())

    async def read() -> list[Row]:
        async with open_store(database_url) as store:
            return await store.read(rows)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, read()).result()


def compare(database_url: str, mh: ControlClient, asked: Iterable[Operation]) -> Findings:
    """Holds both books against what was asked.

    Lost: asked for and not here, not settled, or not at MH as it is here. Doubled: at MH twice, or unknown here.
    Skipped: a gap in the numbers of a type and point of sale.
    """
    operations = list(asked)
    ours = gateway_books(database_url)
    theirs = mh.documents()
    findings = Findings(len(ours), sum(row["state"] == "rejected" for row in ours.values()))
    by_code = {document["generation_code"]: document for document in theirs}
    for operation in operations:
        row = ours.get(operation.reference)
        findings.lost.extend(f"{operation.kind} {operation.reference}: {why}" for why in _missing(operation, row))
    for row in ours.values():
        findings.lost.extend(f"{row['external_ref']}: {why}" for why in _differences(row, by_code))
    findings.lost.extend(_invalidations_apart(ours, theirs))
    refused = {row["generation_code"]: int(row["times"]) for row in read_rows(database_url, _REFUSED)}
    findings.doubled.extend(_repeated(ours, theirs, mh.events(), refused))
    asked_for = {operation.reference for operation in operations if operation.is_document}
    findings.doubled.extend(f"{reference}: nobody asked for it" for reference in ours.keys() - asked_for)
    left_behind = numbers_left_behind(database_url)
    findings.skipped.extend(_gaps(ours, left_behind))
    findings.doubled.extend(_worn_twice(ours, left_behind))
    return findings


def _missing(operation: Operation, row: Row | None) -> Iterable[str]:
    if row is None:
        yield "the gateway does not have it"
    elif operation.is_document and row["state"] not in {"stamped", "rejected"}:
        yield f"it is still {row['state']}"
    elif not operation.is_document and row["invalidated_at"] is None:
        yield "it was not cancelled"


def _differences(row: Row, at_mh: dict[str, dict[str, Any]]) -> Iterable[str]:
    document = at_mh.get(row["generation_code"])
    if row["state"] != "stamped":
        if document is not None:
            yield f"it is {row['state']} here and stamped at MH"
        return
    if document is None:
        yield "MH does not have it"
        return
    pairs = {
        "stamp": (row["stamp"], document["stamp"]),
        "control number": (row["control_number"], document["control_number"]),
        "type": (row["doc_type"], document["doc_type"]),
        # First which of the two texts of a document it is: the one for normal transmission or for the contingency.
        "way of transmission": (_transmission(row["jws"]), _transmission(document["jws"])),
        "signed text": (row["jws"], document["jws"]),
        "amount": (Decimal(row["payable_cents"]) / 100, Decimal(document["payable"] or "NaN")),
    }
    for name, (here, there) in pairs.items():
        if here != there:
            yield f"the {name} differs: {str(here)[-60:]} here, {str(there)[-60:]} at MH"


def _transmission(jws: str) -> str:
    operation: int = payload(jws)["identificacion"]["tipoOperacion"]
    return {1: "normal", 2: "contingency"}[operation]


def _invalidations_apart(ours: dict[str, Row], theirs: list[dict[str, Any]]) -> Iterable[str]:
    here = {row["generation_code"] for row in ours.values() if row["invalidated_at"] is not None}
    there = {document["generation_code"] for document in theirs if document["state"] == "invalidated"}
    yield from (f"{code} is cancelled here and not at MH" for code in here - there)
    yield from (f"{code} is cancelled at MH and not here" for code in there - here)


def _repeated(
    ours: dict[str, Row], theirs: list[dict[str, Any]], events: list[dict[str, Any]], refused: dict[str, int]
) -> Iterable[str]:
    """``refused``: how often MH refused a code that was used again, and may have been reported again, after that."""
    known = {row["generation_code"] for row in ours.values()}
    yield from (f"{d['control_number']}: MH has an unknown one" for d in theirs if d["generation_code"] not in known)
    numbers = Counter((d["control_number"], d["issued_at"][:4]) for d in theirs)
    yield from (f"{number} stands {times} times at MH" for number, times in numbers.items() if times > 1)
    here = Counter((row["control_number"], row["year"]) for row in ours.values())
    yield from (f"{number} stands {times} times here" for number, times in here.items() if times > 1)
    cancelled = Counter(event["document_code"] for event in events if event["type"] == "invalidated")
    yield from (f"{code} was cancelled {times} times" for code, times in cancelled.items() if times > 1)
    reported = Counter(code for e in events if e["type"] == "contingency" for code, _ in e["documents"])
    reported.subtract(refused)
    yield from (f"{code} was reported {times} times" for code, times in reported.items() if times > 1)


def _worn_twice(ours: dict[str, Row], left_behind: dict[str, set[str]]) -> Iterable[str]:
    worn = {row["control_number"]: reference for reference, row in ours.items()}
    for reference, numbers in left_behind.items():
        yield from (f"{number} of {reference} went to {worn[number]}" for number in numbers & worn.keys())


def _gaps(ours: dict[str, Row], left_behind: dict[str, set[str]]) -> Iterable[str]:
    """A number that MH knows from another system is not skipped."""
    given: dict[tuple[str, str, str, int], set[int]] = defaultdict(set)
    for reference, row in ours.items():
        series = (row["doc_type"], row["branch_code"], row["pos_code"], row["year"])
        numbers = {row["control_number"], *left_behind.get(reference, ())}
        given[series] |= {int(number[-15:]) for number in numbers}
    for series, numbers in given.items():
        missing = set(range(1, len(numbers) + 1)) - numbers
        yield from (f"number {number} of {'/'.join(map(str, series))} was skipped" for number in sorted(missing))
