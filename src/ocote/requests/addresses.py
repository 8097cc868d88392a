"""Fields that take one e-mail address or several. Pure."""

import re
from typing import Any, Final

from msgspec import Struct

from ocote.requests.description import RequestField
from ocote.requests.kinds import MAX_EMAIL, EmailValue, Faulty, TextValue

MOST_ADDRESSES: Final = 10
"""Of a field. Each address gets a message of its own, so that one request makes as many messages at most."""

_SEPARATOR: Final = re.compile(r"[,;]")
"""People write commas; some programs for mail write semicolons. Neither can stand in an address."""


class EmailsValue(Struct, frozen=True):
    """One address, or up to ``most`` in a list or in a text that separates them by commas (an addition to D29)."""

    most: int = MOST_ADDRESSES

    @property
    def longest(self) -> int:
        """Characters of the text with the most and longest addresses."""
        return self.most * (MAX_EMAIL + 2)

    def read(self, sent: Any) -> tuple[str, ...]:
        """The addresses without duplicates, in the order of the request."""
        texts = self._texts(sent)
        if len(texts) > self.most:
            raise Faulty("emails_beyond_limit", limit=self.most)
        found: dict[str, str] = {}
        for position, text in enumerate(texts, start=1):
            try:
                address = EmailValue().read(text)
            except Faulty as fault:
                if len(texts) == 1:
                    raise
                raise Faulty("emails_malformed", position=position) from fault
            found.setdefault(address.casefold(), address)
        return tuple(found.values())

    def _texts(self, sent: Any) -> list[Any]:
        if type(sent) is list:
            if not sent:
                raise Faulty("field_empty")
            return sent
        if type(sent) is not str:
            raise Faulty("emails_expected")
        return _SEPARATOR.split(TextValue(self.longest).read(sent))


REDIRECT_EMAIL = RequestField(
    "redirect_email", EmailsValue(), "Another address that gets a copy, or several.", "archivo@example.com"
)
