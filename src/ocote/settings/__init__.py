"""The operator's settings: environment variables ``OCOTE_…`` or a ``.env`` file, read once at start.

Texts of :class:`SettingsError` are for the operator and therefore in Spanish; each names the variable and the remedy.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from ocote.dte.sale import Environment
from ocote.settings import oidc, values
from ocote.settings.oidc import ProviderAccess

_T = TypeVar("_T")

MH_TEST_URL: Final = "https://apitest.dtes.mh.gob.sv"
"""MH's host for environment 00 (protocol.md 1)."""

MH_PRODUCTION_URL: Final = "https://api.dtes.mh.gob.sv"
"""MH's host for environment 01 (protocol.md 1)."""

ENV_FILE: Final = Path(".env")
"""The file with the settings, in the working directory."""

CREDENTIAL: Final = "ocote_secret_key"
"""The name of the secret among the credentials that systemd hands to a service."""

_LARGEST_SECRET_FILE: Final = 64 * 1024
_ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")


class SettingsError(Exception):
    """A setting is missing or invalid; the text names the setting and the remedy."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration, whose repr hides every value that may hold a secret or a password.

    ``secret_file`` is the file from which the secret was read, None for a secret from a variable.
    ``mh_timeout_s`` bounds one call to MH, in seconds (D25). ``base_url`` is the beginning of every URL in the API's
    answers; None takes scheme and host of the request. ``trusted_proxies`` are the networks whose ``X-Forwarded-*``
    headers count. ``journal_dir`` is the folder of the journal, None without a journal. ``probe_host`` is a machine
    outside MH, which distinguishes MH's outage from our own (rules.md 4). ``allow_http`` admits plain HTTP, on loopback
    only. ``metrics_port`` None disables the metrics.
    ``webhook_allow_private`` admits webhooks in the operator's own network, and over plain HTTP. ``max_connections``
    bounds the clients of one process; ``max_connections_per_address`` those of one address, except trusted proxies.
    ``keep_alive_s`` is how long a connection may be silent between two requests, in seconds. ``identity_provider`` is
    that with which people may log in at the panel, None for passwords alone. ``request_log`` is the number of requests
    of each company that the panel shows at most, 0 for none.
    """

    data_dir: Path
    database_url: str = field(repr=False)
    secret_key: str | None = field(default=None, repr=False)
    secret_file: Path | None = None
    mh_test_url: str = MH_TEST_URL
    mh_production_url: str = MH_PRODUCTION_URL
    mh_timeout_s: float = 8.0
    mh_schema_dir: Path | None = None
    journal_dir: Path | None = None
    rate_limit_url: str = field(default="memory://", repr=False)
    base_url: str | None = None
    trusted_proxies: tuple[values.Network, ...] = ()
    allow_http: bool = False
    metrics_port: int | None = None
    log_level: str = "info"
    probe_host: tuple[str, int] | None = None
    webhook_allow_private: bool = False
    max_connections: int = 1024
    max_connections_per_address: int = 64
    keep_alive_s: int = 5
    identity_provider: ProviderAccess | None = None
    request_log: int = 20_000

    def mh_url(self, environment: Environment) -> str:
        """MH's address for a company's environment (CAT-001)."""
        return self.mh_test_url if environment == "00" else self.mh_production_url

    def required_secret(self) -> str:
        """The key that decrypts the encrypted values in the database. Raises SettingsError when no key is set."""
        if self.secret_key is None:
            raise SettingsError(
                "Falta OCOTE_SECRET_KEY, la clave que cifra certificados y contraseñas. "
                "Si ya hay empresas, busque la de siempre: una clave nueva no abre lo guardado. Si aún no hay, cree "
                "una con «ocote secret», guárdela en .env como OCOTE_SECRET_KEY=… o en un archivo que nombre "
                "OCOTE_SECRET_KEY_FILE, y haga una copia aparte."
            )
        return self.secret_key


def load(environ: Mapping[str, str] | None = None, env_file: Path | None = None) -> Settings:
    """The settings from the environment and from the ``.env`` file of the working directory.

    ``environ`` and ``env_file`` replace those of the process. A variable of the environment takes precedence over the
    file; an empty variable counts as not set. Raises SettingsError for an invalid value and for an unknown ``OCOTE_``
    name in the file.
    """
    process = os.environ if environ is None else environ
    texts = {**_read_env_file(env_file if env_file is not None else ENV_FILE), **process}
    given = {name: text.strip() for name, text in texts.items() if text.strip()}
    return _Reader(given, process.get("CREDENTIALS_DIRECTORY")).settings()


def unknown_names(environ: Mapping[str, str]) -> list[str]:
    """Variables that begin with ``OCOTE_`` but are not settings, most often because of a typing error."""
    return sorted(name for name in environ if name.startswith("OCOTE_") and name not in NAMES)


NAMES: Final = (
    "OCOTE_ALLOW_HTTP",
    "OCOTE_BASE_URL",
    "OCOTE_DATABASE_URL",
    "OCOTE_DATA_DIR",
    "OCOTE_JOURNAL_DIR",
    "OCOTE_KEEP_ALIVE",
    "OCOTE_LOG_LEVEL",
    "OCOTE_MAX_CONNECTIONS",
    "OCOTE_MAX_CONNECTIONS_PER_ADDRESS",
    "OCOTE_METRICS_PORT",
    "OCOTE_MH_PRODUCTION_URL",
    "OCOTE_MH_SCHEMA_DIR",
    "OCOTE_MH_TEST_URL",
    "OCOTE_MH_TIMEOUT",
    *oidc.PROVIDER_NAMES,
    "OCOTE_PROBE_HOST",
    "OCOTE_RATE_LIMIT_URL",
    "OCOTE_REQUEST_LOG",
    "OCOTE_SECRET_KEY",
    "OCOTE_SECRET_KEY_FILE",
    "OCOTE_TRUSTED_PROXIES",
    "OCOTE_WEBHOOK_ALLOW_PRIVATE",
)


def _read_env_file(path: Path) -> Mapping[str, str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"No se puede leer {path}: {error}") from error
    values: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        assignment = _ASSIGNMENT.fullmatch(content)
        if assignment is None:
            raise SettingsError(f"{path}, línea {number}: se esperaba NOMBRE=valor.")
        name, value = assignment.groups()
        if name.startswith("OCOTE_") and name not in NAMES:
            raise SettingsError(f"{path}, línea {number}: {name} no existe. Los nombres son: {', '.join(NAMES)}.")
        values[name] = _unquoted(value)
    return values


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value.split(" #", 1)[0].rstrip()


@dataclass(frozen=True, slots=True)
class _Reader:
    given: Mapping[str, str] = field(repr=False)
    credentials: str | None = None

    def settings(self) -> Settings:
        secret_file = self._secret_file()
        data_dir = Path(self.given.get("OCOTE_DATA_DIR", "data"))
        return Settings(
            data_dir=data_dir,
            database_url=self.read(
                "OCOTE_DATABASE_URL", values.database_url, f"sqlite:///{data_dir / 'ocote.sqlite3'}"
            ),
            secret_key=self.given.get("OCOTE_SECRET_KEY") if secret_file is None else _secret_in(secret_file),
            secret_file=secret_file,
            mh_test_url=self.read("OCOTE_MH_TEST_URL", values.private_url, MH_TEST_URL),
            mh_production_url=self.read("OCOTE_MH_PRODUCTION_URL", values.private_url, MH_PRODUCTION_URL),
            mh_timeout_s=self.read("OCOTE_MH_TIMEOUT", values.seconds, 8.0),
            mh_schema_dir=self.read("OCOTE_MH_SCHEMA_DIR", values.folder, None),
            journal_dir=self.read("OCOTE_JOURNAL_DIR", Path, None),
            rate_limit_url=self.read("OCOTE_RATE_LIMIT_URL", values.rate_limit_url, "memory://"),
            base_url=self.read("OCOTE_BASE_URL", values.private_url, None),
            trusted_proxies=self.read("OCOTE_TRUSTED_PROXIES", values.networks, ()),
            allow_http=self.read("OCOTE_ALLOW_HTTP", values.switch, False),
            metrics_port=self.read("OCOTE_METRICS_PORT", values.port, None),
            log_level=self.read("OCOTE_LOG_LEVEL", values.log_level, "info"),
            probe_host=self.read("OCOTE_PROBE_HOST", values.host_and_port, None),
            webhook_allow_private=self.read("OCOTE_WEBHOOK_ALLOW_PRIVATE", values.switch, False),
            max_connections=self.read("OCOTE_MAX_CONNECTIONS", values.connections, 1024),
            max_connections_per_address=self.read("OCOTE_MAX_CONNECTIONS_PER_ADDRESS", values.connections, 64),
            keep_alive_s=self.read("OCOTE_KEEP_ALIVE", values.idle_seconds, 5),
            identity_provider=self._identity_provider(),
            request_log=self.read("OCOTE_REQUEST_LOG", values.kept_requests, 20_000),
        )

    def _identity_provider(self) -> ProviderAccess | None:
        allow_http = self.read("OCOTE_ALLOW_HTTP", values.switch, False)
        try:
            return oidc.provider_access(self.given, allow_http=allow_http)
        except ValueError as error:
            raise SettingsError(str(error)) from None

    def _secret_file(self) -> Path | None:
        """The one file that holds the secret. Raises SettingsError when the secret is given in two places."""
        named = self.given.get("OCOTE_SECRET_KEY_FILE")
        credential = Path(self.credentials, CREDENTIAL) if self.credentials else None
        if credential is not None and not credential.exists():
            credential = None
        places = {
            "OCOTE_SECRET_KEY": self.given.get("OCOTE_SECRET_KEY"),
            "OCOTE_SECRET_KEY_FILE": named,
            f"la credencial {CREDENTIAL} de systemd": credential,
        }
        used = [place for place, value in places.items() if value is not None]
        if len(used) > 1:
            raise SettingsError(f"La clave está en más de un lugar: {' y '.join(used)}. Deje uno solo.")
        return credential if named is None else Path(named)

    def read(self, name: str, understand: Callable[[str], _T], default: _T) -> _T:
        text = self.given.get(name)
        if text is None:
            return default
        try:
            return understand(text)
        except ValueError as error:
            raise SettingsError(f"{name}: {error}") from error


def _secret_in(path: Path) -> str:
    """The secret that a file holds, without the blanks around it. Raises SettingsError."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_SECRET_FILE + 1)
        secret = content.decode("utf-8-sig").strip()
    except FileNotFoundError:
        raise SettingsError(f"{path}, el archivo de la clave, no existe.") from None
    except OSError as error:
        raise SettingsError(f"No se puede leer {path}, el archivo de la clave: {error.strerror}.") from None
    except UnicodeDecodeError:
        secret = ""
    if len(content) > _LARGEST_SECRET_FILE or len(secret.splitlines()) != 1:
        raise SettingsError(
            f"{path} debe contener solo la clave, en una línea, como la escribe «ocote secret»; durante un cambio, la "
            "nueva, una coma y la anterior."
        )
    return secret
