"""Why something did not work, in Spanish: the English words of this program, of its libraries and of the system."""

import re
from typing import Final

_LOGIN_REFUSED: Final = "login refused: "
_MAY_HAVE_ARRIVED: Final = "; the message may have arrived"
_WORDS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), spanish)
    for pattern, spanish in (
        # What the outbox wrote down.
        (r"login refused: (.*)", r"no acepta el usuario y la contraseña: \1"),
        (r"the webhook was removed", "el webhook se quitó"),
        (r"no mail server any more", "la empresa ya no tiene servidor de correo"),
        (r"the document is stamped now", "el documento ya está sellado"),
        (r"the document is rejected now", "Hacienda rechazó el documento"),
        (r"the document is \w+ now", "el documento espera la respuesta de Hacienda"),
        (r"not an e-mail address", "no es una dirección de correo"),
        (r"letters beyond ascii", "su servidor no admite direcciones con letras fuera de ASCII"),
        (r"user and password are sent over tls only", "usuario y contraseña viajan solo por TLS"),
        (r"internal fault: (\w+)", r"falla interna (\1); vea el registro del proceso"),
        # The network.
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
        (r"no answer within ([\d.]+) s", r"no respondió en \1 s"),
        (r"lock timeout", "otro proceso la tiene ocupada; repita la orden en un momento"),
        (r"timed? ?out", "se agotó el tiempo"),
        (r"(\S+) is not an address of the public internet", r"\1 no es una dirección pública de Internet"),
        # Files, in the words of the system alone.
        (r"^(?:\[errno \d+\] )?no such file or directory", "no existe"),
        (r"^(?:\[errno \d+\] )?permission denied", "no hay permiso"),
        (r"^(?:\[errno \d+\] )?is a directory", "es una carpeta"),
        (r"^(?:\[errno \d+\] )?not a directory", "una parte de la ruta no es una carpeta"),
        (r"^(?:\[errno \d+\] )?no space left on device", "el disco está lleno"),
        # Databases.
        (r"unable to open database file", "no se puede abrir el archivo"),
        (r"database is locked", "otro proceso la tiene ocupada"),
        (r"readonly database", "no se puede escribir en el archivo"),
        (r"disk is full", "el disco está lleno"),
        (r"file is not a database|malformed", "el archivo no es una base de datos sana"),
        (r"password authentication failed", "no acepta al usuario con esa contraseña"),
        (r"database \"(.+)\" does not exist", r"no existe la base «\1»"),
        (r"role \"(.+)\" does not exist", r"no existe el usuario «\1»"),
        (r"too many (clients|connections)", "tiene demasiadas conexiones"),
    )
)


def spanish(text: str) -> str | None:
    """The reason in a text of ours or of the system; None for words that are not known."""
    for pattern, words in _WORDS:
        if found := pattern.search(text):
            return found.expand(words)
    return None


def answer(status: int | None, text: str) -> str:
    """How an attempt of the outbox ended: the other side's own words behind its status, or why it said nothing."""
    said, doubt, _ = text.partition(_MAY_HAVE_ARRIVED)
    if status is None or said.startswith(_LOGIN_REFUSED):
        said = spanish(said) or said
    told = f"{status} {said}" if status is not None else said
    return f"{told}; quizás llegó" if doubt else told.strip()


def reason(error: BaseException) -> str:
    """Why something failed. Words that are not known are quoted, as those of somebody else."""
    text = str(error)
    if not text or isinstance(error, TimeoutError):
        return "se agotó el tiempo" if isinstance(error, TimeoutError) else f"falló ({type(error).__name__})"
    return spanish(text) or f"«{text}»"
