"""One line of the table: a fault, how often it was tried, and what came of it."""

from dataclasses import dataclass

from tests.faults.books import Findings


@dataclass(frozen=True, slots=True)
class Tally:
    """What a drill found; everything but ``tried`` has to be zero. ``remark`` tells what else is worth knowing."""

    fault: str
    tried: int
    documents: int
    lost: int
    doubled: int
    skipped: int
    remark: str = ""
    findings: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, doubled or skipped."""
        return not (self.lost or self.doubled or self.skipped)


def tally(fault: str, tried: int, findings: Findings, changed: list[str], remark: str = "") -> Tally:
    """A line from what the books say; ``changed`` documents, told as one thing and then as another, are doubled."""
    return Tally(
        fault,
        tried,
        findings.documents,
        len(findings.lost),
        len(findings.doubled) + len(changed),
        len(findings.skipped),
        remark,
        (*findings.all, *changed),
    )
