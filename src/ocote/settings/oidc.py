"""The settings of the identity provider with which people may log in at the panel: all of them, or none.

Texts of ValueError are for the operator and therefore in Spanish; each names the variable and the remedy.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ocote.settings.values import is_this_machine

PROVIDER_NAMES: Final = (
    "OCOTE_OIDC_CLIENT_ID",
    "OCOTE_OIDC_CLIENT_SECRET",
    "OCOTE_OIDC_CLIENT_SECRET_FILE",
    "OCOTE_OIDC_ISSUER",
    "OCOTE_OIDC_NAME",
)

_ISSUER: Final = "OCOTE_OIDC_ISSUER"
_CLIENT: Final = "OCOTE_OIDC_CLIENT_ID"
_SECRET: Final = "OCOTE_OIDC_CLIENT_SECRET"  # noqa: S105 - the name of a variable
_SECRET_FILE: Final = "OCOTE_OIDC_CLIENT_SECRET_FILE"  # noqa: S105 - the name of a variable
_NAME: Final = "OCOTE_OIDC_NAME"
_LONGEST_NAME: Final = 40
_LARGEST_FILE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class ProviderAccess:
    """The access of the gateway to an identity provider; ``name`` is the provider as the button names it.

    ``issuer`` is kept as it was written: the tokens name it letter by letter.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str


def provider_access(given: Mapping[str, str], *, allow_http: bool) -> ProviderAccess | None:
    """The provider that the variables name, None without any of them. Raises ValueError.

    With ``allow_http`` the provider may be on this machine and speak plain HTTP.
    """
    if not any(name in given for name in PROVIDER_NAMES):
        return None
    if _SECRET in given and _SECRET_FILE in given:
        raise ValueError(f"El secreto del proveedor está en {_SECRET} y en {_SECRET_FILE}. Deje uno solo.")
    missing = [name for name in (_ISSUER, _CLIENT, _NAME) if name not in given]
    if _SECRET not in given and _SECRET_FILE not in given:
        missing.append(_SECRET)
    if missing:
        raise ValueError(
            f"Falta {' y '.join(missing)}: para entrar al panel con un proveedor de identidad se ponen {_ISSUER}, "
            f"{_CLIENT}, {_SECRET} (o {_SECRET_FILE}) y {_NAME}, o ninguna."
        )
    return ProviderAccess(
        issuer=_issuer(given[_ISSUER], allow_http=allow_http),
        client_id=_plain(_CLIENT, given[_CLIENT]),
        client_secret=_plain(_SECRET, given[_SECRET]) if _SECRET in given else _secret_in(Path(given[_SECRET_FILE])),
        name=_name(given[_NAME]),
    )


def _issuer(text: str, *, allow_http: bool) -> str:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"{_ISSUER}: «{text}» no es una dirección como https://accounts.google.com.")
    if parts.scheme != "https" and not (parts.scheme == "http" and allow_http and is_this_machine(host)):
        raise ValueError(
            f"{_ISSUER}: «{text}» debe empezar con https://; http:// solo sirve para un proveedor de esta misma "
            "máquina, con OCOTE_ALLOW_HTTP=on."
        )
    return text


def _plain(name: str, text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError(f"{name}: lleva un signo que el proveedor no da; cópielo de nuevo.")
    return text


def _name(text: str) -> str:
    if not text.isprintable() or len(text) > _LONGEST_NAME:
        raise ValueError(f"{_NAME}: escriba el nombre del proveedor en {_LONGEST_NAME} letras o menos, como Google.")
    return text


def _secret_in(path: Path) -> str:
    """The secret of the client that a file holds. Raises ValueError."""
    try:
        with path.open("rb") as file:
            secret = file.read(_LARGEST_FILE).decode("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "no es texto"
        raise ValueError(f"{_SECRET_FILE}: no se puede leer {path}: {why}.") from None
    if len(secret.splitlines()) != 1:
        raise ValueError(f"{_SECRET_FILE}: {path} debe contener solo el secreto, en una línea.")
    return _plain(_SECRET_FILE, secret)
