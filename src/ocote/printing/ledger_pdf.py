"""The PDF of a VAT book in legal form."""

from collections.abc import Callable
from typing import Final

import msgspec

from ocote.printing.figures import printable, with_texts
from ocote.printing.ledger import Ledger
from ocote.printing.typesetting import set_as_far_as_drawable, typeset

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

    return set_as_far_as_drawable(attempt)
