"""Who signed the texts of a company: its present certificate, an earlier certificate, or nobody.

The database keeps the company's present key alone. A text that an earlier certificate signed cannot be told from a
damaged text by itself, but by its place in time: the texts of an earlier certificate all come before the first text of
a later one, and before the company's registration was last renewed. A text that does not verify at such a place is
doubtful; at any other place it is damaged. A company that was never renewed has no doubtful texts.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from msgspec import Struct

from ocote.signing import jws
from ocote.store.engine.values import moment, moment_text

_OVERLAP: Final = timedelta(seconds=10)
"""How long after the renewal of a certificate another process, or a clock that is slow, may still use the old one."""

Signer = Literal["known", "doubtful", "nobody"]
"""``known``: a certificate of the company. ``doubtful``: an earlier certificate, or a damaged text."""


class SigningSpan(Struct, frozen=True):
    """The stored moments between which a text was signed; ``latest`` is None when only the earliest is known."""

    earliest: str
    latest: str | None


class SignatureHistory(Struct, frozen=True):
    """The signers of the texts walked so far: the first moment of a known certificate, and the doubtful texts."""

    first_known: str | None = None
    doubtful: int = 0
    doubtful_from: str = ""
    doubtful_until: str = ""


class Signatures:
    """The public keys of a company. ``renewed_at`` is its last registration, None when there was only one."""

    def __init__(self, keys: Sequence[RSAPublicKey], renewed_at: str | None) -> None:
        self._keys = keys
        self._renewed_at = renewed_at

    def judge(self, text: str, span: SigningSpan, history: SignatureHistory) -> tuple[Signer, SignatureHistory]:
        """Who signed a text of the form of a JWS, and the history with the text. Raises JwsError."""
        if any(jws.is_signed_by(text, key) for key in self._keys):
            return "known", _with_known(history, span)
        if self._may_be_earlier(span.earliest, history):
            return "doubtful", _with_doubtful(history, span.earliest)
        return "nobody", history

    def _may_be_earlier(self, signed_at: str, history: SignatureHistory) -> bool:
        if self._renewed_at is None:
            return False
        ends = self._renewed_at if history.first_known is None else min(self._renewed_at, history.first_known)
        if history.doubtful:
            ends = moment_text(moment(ends) + _OVERLAP)
        return signed_at < ends


def _with_known(history: SignatureHistory, span: SigningSpan) -> SignatureHistory:
    if span.latest is None or (history.first_known is not None and history.first_known <= span.latest):
        return history
    return SignatureHistory(span.latest, history.doubtful, history.doubtful_from, history.doubtful_until)


def _with_doubtful(history: SignatureHistory, signed_at: str) -> SignatureHistory:
    return SignatureHistory(
        history.first_known,
        history.doubtful + 1,
        min(history.doubtful_from or signed_at, signed_at),
        max(history.doubtful_until, signed_at),
    )
