"""Translates reasons of failures into Spanish: those of the outbox, of libraries and of the system."""

import re
from collections.abc import Mapping
from typing import Final

from ocote.store.sending_reason import ReasonCode, SendingReason, reason_of

_WORDS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), spanish)
    for pattern, spanish in (
        # MH's login, whose reasons begin with its name.
        (r"^login: HTTP (\d{3}).*", r"responde HTTP \1"),
        (r"^login: a token that cannot stand.*", "responde con una autorización que no se puede usar"),
        # The network.
        (r"no answer from \S+ in", "se agotó el tiempo"),
        (r"name or service not known|name resolution|no address associated", "no se encuentra el nombre (DNS)"),
        (r"connect call failed|connection refused", "nada atiende en ese puerto"),
        (r"network is unreachable|no route to host", "no hay camino por la red hasta él"),
        (
            r"connection (?:reset|lost|aborted)|server ?(?:not connected|disconnected)|broken pipe",
            "cortó la conexión",
        ),
        (r"auth extension is not supported", "no ofrece iniciar sesión"),
        (r"certificate is not trusted|certificate.?verify.?failed", "su certificado TLS no es de confianza"),
        (r"wrong.version.number|record.layer.failure|\bssl\b.*error", "no habla TLS como se esperaba"),
        (r"starttls extension not supported|does not support starttls", "no ofrece STARTTLS"),
        (r"lock timeout", "otro proceso la tiene ocupada; repita la orden en un momento"),
        (r"timed? ?out", "se agotó el tiempo"),
        (r"(\S+) is not an address of the public internet", r"\1 no es una dirección pública de Internet"),
        (r"address already in use", "ese puerto ya lo ocupa otro proceso"),
        (r"cannot assign requested address", "no es una dirección de esta máquina"),
        # Files: only words of the system.
        (r"^(?:\[errno \d+\] )?no such file or directory", "no existe"),
        (r"^(?:\[errno \d+\] )?permission denied", "no hay permiso"),
        (r"^(?:\[errno \d+\] )?is a directory", "es una carpeta"),
        (r"^(?:\[errno \d+\] )?not a directory", "una parte de la ruta no es una carpeta"),
        (r"^(?:\[errno \d+\] )?no space left on device", "el disco está lleno"),
        (r"^(?:\[errno \d+\] )?disk quota exceeded", "este usuario no puede ocupar más disco"),
        (r"^(?:\[errno \d+\] )?file too large", "este usuario no puede escribir un archivo tan grande"),
        (r"^(?:\[errno \d+\] )?file name too long", "el nombre es demasiado largo"),
        (r"^(?:\[errno \d+\] )?read-only file system", "el disco es de solo lectura"),
        (r"^(?:\[errno \d+\] )?stale file handle|transport endpoint", "la carpeta compartida no responde"),
        (r"is not a regular file", "no es un archivo, sino un dispositivo o algo parecido"),
        # Databases.
        (r"unable to open database file", "no se puede abrir el archivo"),
        (r"database is locked", "otro proceso la tiene ocupada"),
        (r"readonly database", "no se puede escribir en el archivo"),
        (r"disk is full", "el disco está lleno"),
        (r"disk I/O error", "el disco no responde, o no queda lugar en él"),
        (r"file is not a database|malformed", "el archivo no es una base de datos sana"),
        (r"password authentication failed", "no acepta al usuario con esa contraseña"),
        (r"database \"(.+)\" does not exist", r"no existe la base «\1»"),
        (r"role \"(.+)\" does not exist", r"no existe el usuario «\1»"),
        (r"too many (clients|connections)", "tiene demasiadas conexiones"),
        (r"no pg_hba\.conf entry.* no encryption", "solo acepta conexiones con TLS; agregue sslmode=verify-full"),
        (r"root certificate file \"(.+?)\" does not", r"no se puede leer «\1», la autoridad de su certificado TLS"),
        (r"postgresql: \[errno 2\]", "no existe el archivo de sslrootcert, o el socket del servidor"),
    )
)


_REASONS: Final[Mapping[ReasonCode, str]] = {
    "webhook_removed": "el webhook se quitó",
    "webhook_off": "el webhook está apagado",
    "no_mail_server": "la empresa ya no tiene servidor de correo",
    "document_changed": "el documento espera la respuesta de Hacienda",
    "bad_address": "no es una dirección de correo",
    "ascii_addresses_only": "su servidor no admite direcciones con letras fuera de ASCII",
    "login_unencrypted": "usuario y contraseña viajan solo por TLS",
    "login_refused": "no acepta el usuario y la contraseña: {}",
    "may_have_arrived": "{}; quizás llegó",
    "no_answer": "no respondió en {} s",
    "certificate_untrusted": "su certificado TLS no es de confianza",
    "private_address": "{} no es una dirección pública de Internet",
    "no_connection": "no hay conexión: {}",
    "pdf_impossible": "el PDF no se puede componer en esta máquina; vea el registro del proceso",
    "pdf_not_begun": "no se pudo iniciar el proceso que compone los PDF",
    "given_back": "el programa se detuvo antes de enviarlo",
    "internal_fault": "falla interna ({}); vea el registro del proceso",
}
_WITH_OWN_DETAIL: Final = ("document_changed", "no_answer", "internal_fault")
"""Reasons whose detail the gateway wrote itself."""

_DOCUMENT_IS: Final = {"stamped": "el documento ya está sellado", "rejected": "Hacienda rechazó el documento"}


def spanish(text: str) -> str | None:
    """The Spanish words for a text of a library or of the system; None for unknown words."""
    for pattern, words in _WORDS:
        if found := pattern.search(text):
            return found.expand(words)
    return None


def attempt_text(status: int | None, answer: str) -> str:
    """The outcome of an attempt of the outbox: the status and words of the receiving server, or a Spanish reason."""
    found = reason_of(status, answer)
    words = answer if found is None else _sending_reason(found)
    if status is not None:
        return f"{status} {words}".rstrip()
    return spanish(words) or words if found is None else words


def attempt_in_own_words(status: int | None, answer: str) -> str:
    """The outcome of an attempt for readers who may not see texts of others: the status, or a reason without quotes.

    A server's answer may quote an address, and a webhook's answer may quote the document.

    >>> attempt_in_own_words(450, "<cliente@example.com> mailbox full")
    '450'
    >>> attempt_in_own_words(535, "[login_refused] no <ventas@example.com>")
    '535 no acepta el usuario y la contraseña'
    >>> attempt_in_own_words(None, "[no_connection] <cliente@example.com>")
    'no hay conexión'
    """
    found = reason_of(status, answer)
    own = "" if found is None else _own_words(found)
    return " ".join(part for part in (str(status) if status is not None else "", own) if part) or "sin respuesta"


def reason(error: BaseException) -> str:
    """The reason of a failure in Spanish; unknown words are quoted."""
    text = str(error)
    if not text or isinstance(error, TimeoutError):
        return "se agotó el tiempo" if isinstance(error, TimeoutError) else f"falló ({type(error).__name__})"
    return spanish(text) or f"«{text}»"


def _sending_reason(found: SendingReason) -> str:
    if found.code == "document_changed" and found.detail in _DOCUMENT_IS:
        return _DOCUMENT_IS[found.detail]
    known = spanish(found.detail)
    if found.code == "no_connection" and known is not None:
        return known
    return _REASONS[found.code].format(known if found.code == "may_have_arrived" and known else found.detail)


def _own_words(found: SendingReason) -> str:
    """The reason without words of others: of a detail only what the gateway itself wrote or recognizes."""
    if found.code in _WITH_OWN_DETAIL:
        return _sending_reason(found)
    known = next((words for pattern, words in _WORDS if "\\" not in words and pattern.search(found.detail)), "")
    if found.code == "no_connection" and known:
        return known
    return _REASONS[found.code].format(known).strip(" :;")
