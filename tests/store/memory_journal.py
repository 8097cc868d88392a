"""A journal in memory, for tests of what units of work hand to it."""

from collections.abc import Sequence

from ocote.journal.lines import Appended, DocumentLine, JournalEntry, JournalError, Signed


class MemoryJournal:
    """A journal in memory that notes the order of things; full, it takes nothing signed."""

    def __init__(self) -> None:
        self.lines: list[JournalEntry] = []
        self.outcomes: list[tuple[tuple[int, ...], bool]] = []
        self.flushes = 0
        self.is_full = False

    @property
    def documents(self) -> list[DocumentLine]:
        """The signed versions of documents, in their order."""
        return [line for line in self.lines if isinstance(line, DocumentLine)]

    def append(self, entries: Sequence[JournalEntry]) -> Appended:
        """Takes lines. Raises JournalError for signed ones when it is full."""
        if any(isinstance(entry, Signed) for entry in entries):
            if self.is_full:
                raise JournalError("full")
            self.flushes += 1
        first = len(self.lines)
        self.lines.extend(entries)
        return Appended("s", tuple(range(first, len(self.lines))))

    def conclude(self, appended: Appended, *, kept: bool) -> None:
        """Notes whether the work of some lines was kept."""
        self.outcomes.append((appended.lines, kept))
