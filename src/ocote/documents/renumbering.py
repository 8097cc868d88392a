"""Moves a document on to the next number when MH refuses its number as another document's (decision 0015).

Gateway and MH know different numbers after a move from another system, and after a restored backup. The refused number
was never this document's: it stays with the other document, and the counter moves on by one.
"""

from typing import Final, Protocol

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ocote.clock import Clock
from ocote.dte.control_number import LARGEST_CORRELATIVE
from ocote.dte.sale import Environment
from ocote.metrics import NUMBERS_TAKEN
from ocote.mh import Credentials, Rejected, Stamped, Undetermined
from ocote.mh.hosts import MhHost
from ocote.signing import jws
from ocote.store import renumbering as rows
from ocote.store.document_row import DocumentRow
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.installation import NumbersUnconfirmedError
from ocote.store.leases import Lease
from ocote.store.outbox import Listeners
from ocote.store.renumbering import RefusedNumber, Renumbered, series_of

_log = structlog.get_logger(__name__)

NUMBERS_FOR_ONE_CALL: Final = 8
"""How many refused numbers one call leaves behind: a number costs two or three calls to MH, and a cashier waits."""

NUMBERS_FOR_ONE_DOCUMENT: Final = 64
"""How many refused numbers a document in contingency leaves behind before it is rejected.

No caller waits, and the customer has the document already: it moves on for long, but an MH that refuses every number
must not use up the series.
"""


class CodeBearer(Protocol):
    """A document with the generation code of its present version."""

    @property
    def id(self) -> str: ...

    @property
    def doc_type(self) -> str: ...

    @property
    def generation_code(self) -> str: ...


class Numbered(CodeBearer, Protocol):
    """A signed version of a document."""

    @property
    def version(self) -> int: ...


class NumberIssuer(Protocol):
    """The company whose document is numbered."""

    @property
    def id(self) -> int: ...

    @property
    def environment(self) -> Environment: ...

    @property
    def credentials(self) -> Credentials: ...

    @property
    def listeners(self) -> Listeners: ...


class _SeriesExhaustedError(Exception):
    """The refused number was the last one of its series."""


class Renumbering:
    """Numbers documents anew whose number MH refused."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def move_on(
        self, company: NumberIssuer, key: RSAPrivateKey, document: Numbered, refusal: Rejected, lease: Lease
    ) -> Renumbered | None:
        """Signs a document under the next number of its series.

        None when another process was first, after the last number of the year, and while the numbers of a restored
        database are not confirmed: MH's refusal counts then. MH must have been asked about the generation code, and
        about every other that the document had (``stamped_under``), and have no stamp for any. Nothing in the document
        changes but the number. ``lease`` keeps a registered document for this process.
        """

        def sign(present: DocumentRow, signed: str, correlative: int) -> tuple[str, str]:
            if correlative > LARGEST_CORRELATIVE:
                raise _SeriesExhaustedError
            number = series_of(present).control_number(correlative)
            return number, jws.sign(_under(jws.payload_of(signed), present.control_number, number), key)

        refused = RefusedNumber(
            company_id=company.id,
            document_id=document.id,
            version=document.version,
            answer=refusal.answer.raw,
            refused_at=moment_text(self._clock()),
            lease=lease,
            sign=sign,
            listeners=company.listeners,
        )
        try:
            moved = await self._store.write(rows.renumber, refused)
        except (_SeriesExhaustedError, NumbersUnconfirmedError):
            return None
        if moved is not None:
            report_taken(company, moved.before, moved.after.control_number, is_behind=moved.counter_is_behind)
        return moved

    async def stamped_under(
        self, company: NumberIssuer, host: MhHost, document: CodeBearer, *, with_present: bool = False
    ) -> str | Undetermined | None:
        """The other generation code of a document under which MH has a stamp; Undetermined when MH does not tell.

        A document gets a new code when MH refused it long ago or refused the code itself. When MH has stamped it under
        the old one, its number is taken by itself, and under another number it would exist twice. ``with_present``
        also asks about its present code.
        """
        codes = await self._store.read(rows.other_codes, company.id, document.id)
        for code in [document.generation_code, *codes] if with_present else codes:
            found = await host.query(company.credentials, document.doc_type, code, may_probe=False)
            if isinstance(found, Undetermined):
                return found
            if isinstance(found, Stamped):
                _log.error("document_stamped_under_earlier_code", document_id=document.id, generation_code=code)
                return code
        return None

    async def may_move_on(self, company: NumberIssuer, document: Numbered) -> bool:
        """Whether a document in contingency may leave one more refused number behind."""
        return await self._store.read(rows.moves_of, company.id, document.id) < NUMBERS_FOR_ONE_DOCUMENT


def report_taken(company: NumberIssuer, refused: DocumentRow, number: str, *, is_behind: bool) -> None:
    """Logs that ``number`` took the place of a refused one, and raises the alarm when a counter ``is_behind`` MH.

    A number from before the counter was set is only reported: somebody has set the counter right already.
    """
    if is_behind:
        NUMBERS_TAKEN.labels(company.environment).inc()
    report = _log.error if is_behind else _log.info
    report(
        "number_taken",
        company_id=company.id,
        document_id=refused.id,
        series=f"{refused.doc_type}/{refused.branch_code}{refused.pos_code}/{refused.year}",
        refused=refused.control_number,
        number=number,
    )


def _under(payload: bytes, refused: str, number: str) -> bytes:
    """The signed bytes with another number; ``identificacion`` comes first, so the first occurrence is the number."""
    return payload.replace(refused.encode(), number.encode(), 1)
