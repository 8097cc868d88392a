"""The rule on the documents that one lot may hold together (rules.md 4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from ocote.emulator.ledger import Ledger, Owner


@dataclass(frozen=True, slots=True)
class LotMember:
    """The data of a lot's document that decide which other documents the lot may hold."""

    code: str
    in_contingency: bool


def outside_its_event(ledger: Ledger, owner: Owner, members: Sequence[LotMember]) -> frozenset[str]:
    """The generation codes of a lot that do not belong to the contingency event of the lot.

    The event of a lot is the event that reported its first document; if several events did, the event that also names
    the following documents. Another rule refuses a document that no event reported.
    """
    events: set[str] | None = None
    outside: set[str] = set()
    for member in members:
        reports = {report.event_code for report in ledger.reports(owner, member.code)}
        if not member.in_contingency or not reports:
            continue
        common = reports if events is None else events & reports
        if common:
            events = common
        else:
            outside.add(member.code)
    if events is not None:
        outside |= {member.code for member in members if not member.in_contingency}
    return frozenset(outside)
