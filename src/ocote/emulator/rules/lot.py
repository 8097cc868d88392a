"""What a lot may hold together (rules.md 4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from ocote.emulator.ledger import Ledger, Owner


@dataclass(frozen=True, slots=True)
class LotMember:
    """A document of a lot, as far as it decides what the others may be."""

    code: str
    in_contingency: bool


def outside_its_event(ledger: Ledger, owner: Owner, members: Sequence[LotMember]) -> frozenset[str]:
    """The generation codes that a lot of contingency documents should not hold: it has those of one event only.

    Its event is the one that reported its first document; where that one was reported more than once, the event that
    names the following documents too. A document that no event reported is left to the rule that says so.
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
