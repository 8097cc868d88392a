"""The companies registered at MH, per environment, with their API users and public keys."""

import hmac
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from ocote.emulator.certificate import make_certificate, public_key_of

Environment = Literal["00", "01"]


class InvalidCompanyError(ValueError):
    """A company entry that cannot be used; the message names the key and the file."""


@dataclass(frozen=True, slots=True)
class Company:
    """A taxpayer that may issue in one environment (credentials and certificate are per environment, signing.md 2)."""

    nit: str
    nrc: str
    name: str
    environment: Environment
    user: str
    password: str = field(repr=False)
    public_key: RSAPublicKey = field(repr=False)


class Registry:
    """All companies, found by NIT and environment or by the credentials of their API user."""

    def __init__(self, companies: Iterable[Company] = ()) -> None:
        self._companies: dict[tuple[str, str], Company] = {}
        for company in companies:
            self.add(company)

    def add(self, company: Company) -> None:
        """Register a company; it replaces a company with this NIT in this environment."""
        self._companies[company.nit, company.environment] = company

    def find(self, nit: str, environment: str) -> Company | None:
        """The company with this NIT in this environment."""
        return self._companies.get((nit, environment))

    def with_credentials(self, user: str, password: str) -> list[Company]:
        """The company of an API user, once per environment in which these credentials are valid."""
        return [
            company
            for company in self._companies.values()
            if hmac.compare_digest(company.user.encode(), user.encode())
            and hmac.compare_digest(company.password.encode(), password.encode())
        ]

    def nrc_of(self, nit: str) -> str | None:
        """The NRC of a taxpayer, if the taxpayer is registered here."""
        return next((company.nrc for company in self._companies.values() if company.nit == nit), None)

    def __iter__(self) -> Iterator[Company]:
        return iter(self._companies.values())


def load_companies(path: Path) -> list[Company]:
    """Read a company file: either ``[[company]]`` tables, or one company in the gateway's own format.

    A certificate path is relative to the file. A certificate that does not exist yet is made and written there.
    Raises InvalidCompanyError for a missing key, UnreadableCertificateError for a file that is not a certificate, and
    OSError, UnicodeDecodeError or TOMLDecodeError for an unreadable file.
    """
    content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    if "company" in content:
        return [_company(entry, path) for entry in content["company"]]
    if "mh" not in content:
        raise InvalidCompanyError(f"{path}: neither [[company]] tables nor an [mh] table")
    return [_company({**content, **content["mh"]}, path)]


def _company(entry: Mapping[str, Any], path: Path) -> Company:
    wanted = ("nit", "nrc", "name", "environment", "user", "password", "certificate", "certificate_password")
    missing = [key for key in wanted if not isinstance(entry.get(key), str)]
    if missing:
        raise InvalidCompanyError(f"{path}: missing or not a text: {', '.join(missing)}")
    if entry["environment"] not in {"00", "01"}:
        raise InvalidCompanyError(f"{path}: environment must be 00 or 01")
    nit = only_digits(entry["nit"])
    certificate = path.parent / entry["certificate"]
    if not certificate.exists():
        write_certificate(certificate, make_certificate(nit, entry["name"], entry["certificate_password"]))
    return Company(
        nit=nit,
        nrc=only_digits(entry["nrc"]),
        name=entry["name"],
        environment=cast(Environment, entry["environment"]),
        user=entry["user"],
        password=entry["password"],
        public_key=public_key_of(certificate.read_bytes()),
    )


def write_certificate(path: Path, content: bytes) -> None:
    """Write a certificate file that only its owner may read, because the file allows to sign (signing.md 2)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def only_digits(value: str) -> str:
    """A NIT or NRC without its hyphens."""
    return value.replace("-", "").replace(" ", "")
