"""The PDF of a VAT book in legal form."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec

from ocote.printing.figures import printable, with_texts
from ocote.printing.glyphs import drawable_text, ordinary_text, without_marks
from ocote.printing.ledger import Ledger
from ocote.printing.typesetting import UnsettableError, typeset

_LONGEST_WORD: Final = 26
_DECODER: Final = msgspec.json.Decoder(Ledger)


def render_ledger(encoded: bytes) -> bytes:
    """Renders the PDF of an encoded book; equal arguments give equal bytes.

    Characters of a name that no font can draw are replaced, so that no customer breaks a month's book. A volume takes
    seconds and hundreds of megabytes: the gateway calls this function in child processes only
    (``ocote.printing.press``).
    """
    ledger = _DECODER.decode(encoded)

    def attempt(change: Callable[[str], str]) -> bytes:
        shown = printable(with_texts(msgspec.to_builtins(ledger), change), _LONGEST_WORD)
        inputs = {"data": msgspec.json.encode({"ledger": shown}).decode()}
        return typeset("ledger", inputs, ledger.created.replace(microsecond=0))

    for change in (drawable_text, _without_marks):
        with suppress(UnsettableError):
            return attempt(change)
    return attempt(ordinary_text)


def _without_marks(text: str) -> str:
    return without_marks(drawable_text(text))
