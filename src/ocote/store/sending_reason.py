"""The reason why a message was not sent: a code and perhaps a detail, stored in place of an answer."""

import re
from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

ReasonCode = Literal[
    "webhook_removed",
    "webhook_off",
    "no_mail_server",
    "document_changed",
    "bad_address",
    "ascii_addresses_only",
    "login_unencrypted",
    "login_refused",
    "may_have_arrived",
    "no_answer",
    "certificate_untrusted",
    "private_address",
    "no_connection",
    "pdf_impossible",
    "pdf_not_begun",
    "given_back",
    "internal_fault",
]

ENGLISH: Final[Mapping[ReasonCode, str]] = {
    "webhook_removed": "the webhook was removed",
    "webhook_off": "the webhook is switched off",
    "no_mail_server": "the company has no mail server any more",
    "document_changed": "the document is {} now",
    "bad_address": "not an e-mail address",
    "ascii_addresses_only": "the mail server does not take addresses with letters beyond ASCII",
    "login_unencrypted": "a user and password are sent over TLS only",
    "login_refused": "login refused: {}",
    "may_have_arrived": "{}; the message may have arrived",
    "no_answer": "no answer within {} s",
    "certificate_untrusted": "the certificate is not trusted: {}",
    "private_address": "no connection: {} is not an address of the public internet",
    "no_connection": "no connection: {}",
    "pdf_impossible": "the PDF of the document cannot be set on this machine",
    "pdf_not_begun": "no process for the PDF could be started",
    "given_back": "the gateway stopped before the message was sent",
    "internal_fault": "internal fault: {}",
}
"""The texts of the API by code, which rows of earlier versions hold in place of a code; ``{}`` is the detail."""

_CODES: Final[Mapping[str, ReasonCode]] = {code: code for code in ENGLISH}
_KEPT: Final = re.compile(r"\[(\w+)\](?: (.*))?")
_IN_WORDS: Final = tuple(
    (code, re.compile(re.escape(words).replace(r"\{\}", "(.*)"))) for code, words in ENGLISH.items()
)
_LONGEST: Final = 1024


class SendingReason(Struct, frozen=True):
    """The reason why a message was not sent; ``detail`` adds facts to the code, such as the text of the system."""

    code: ReasonCode
    detail: str = ""

    def kept(self) -> str:
        """The text to store, such as ``[no_connection] Connection refused``."""
        return f"[{self.code}] {on_one_line(self.detail)}".rstrip()

    def english(self) -> str:
        """The text of the API."""
        return on_one_line(ENGLISH[self.code].format(self.detail))


def reason_of(status: int | None, answer: str) -> SendingReason | None:
    """The reason in a stored answer, as a code or as a text of earlier versions.

    None for a text of the other side, which comes with a status; of the reasons only a refused login has a status.
    """
    found = _read(answer)
    return found if found is None or status is None or found.code == "login_refused" else None


def english_answer(status: int | None, answer: str) -> str:
    """A stored answer as the API shows it: the text of the other side, or the reason in English."""
    found = reason_of(status, answer)
    return answer if found is None else found.english()


def on_one_line(text: str) -> str:
    """The other side's text in a safe form: on one line, without control sequences of a terminal."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:_LONGEST]


def _read(answer: str) -> SendingReason | None:
    kept = _KEPT.fullmatch(answer)
    if kept is not None and kept[1] in _CODES:
        return SendingReason(_CODES[kept[1]], kept[2] or "")
    for code, words in _IN_WORDS:
        said = words.fullmatch(answer)
        if said is not None:
            return SendingReason(code, *said.groups())
    return None
