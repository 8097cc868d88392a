"""The operator's settings: environment variables ``OCOTE_…`` or a ``.env`` file, read once at start.

Texts of :class:`SettingsError` are for the operator and therefore in Spanish; each names the variable and the remedy.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from ocote.dte.sale import Environment

Network = IPv4Network | IPv6Network
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
_WIDEST_IPV4: Final = 8
_WIDEST_IPV6: Final = 16
_PRIVATE_IPV6: Final = IPv6Network("fc00::/7")
_IPV4_IN_IPV6: Final = IPv6Network("::ffff:0:0/96")
_ON = frozenset({"1", "on", "true", "yes", "si", "sí"})
_OFF = frozenset({"0", "off", "false", "no", ""})


class SettingsError(Exception):
    """A setting is missing or invalid; the text names the setting and the remedy."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration, whose repr hides every value that may hold a secret or a password.

    ``secret_file`` is the file from which the secret was read, None for a secret from a variable.
    ``mh_timeout_s`` bounds one call to MH, in seconds (D25). ``base_url`` is the beginning of every URL in the API's
    answers; None takes scheme and host of the request. ``trusted_proxies`` are the networks whose ``X-Forwarded-*``
    headers count. ``probe_host`` is a machine outside MH, which distinguishes MH's outage from our own (rules.md 4).
    ``allow_http`` admits plain HTTP, on loopback only. ``metrics_port`` None disables the metrics.
    ``webhook_allow_private`` admits webhooks in the operator's own network, and over plain HTTP. ``max_connections``
    bounds the clients of one process; ``max_connections_per_address`` those of one address, except trusted proxies.
    """

    data_dir: Path
    database_url: str = field(repr=False)
    secret_key: str | None = field(default=None, repr=False)
    secret_file: Path | None = None
    mh_test_url: str = MH_TEST_URL
    mh_production_url: str = MH_PRODUCTION_URL
    mh_timeout_s: float = 8.0
    mh_schema_dir: Path | None = None
    rate_limit_url: str = field(default="memory://", repr=False)
    base_url: str | None = None
    trusted_proxies: tuple[Network, ...] = ()
    allow_http: bool = False
    metrics_port: int | None = None
    log_level: str = "info"
    probe_host: tuple[str, int] | None = None
    webhook_allow_private: bool = False
    max_connections: int = 1024
    max_connections_per_address: int = 64

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
    values = dict(_read_env_file(env_file if env_file is not None else ENV_FILE))
    given = os.environ if environ is None else environ
    values.update(given)
    read = {name: value.strip() for name, value in values.items() if value.strip()}
    return _Reader(read, given.get("CREDENTIALS_DIRECTORY")).settings()


def unknown_names(environ: Mapping[str, str]) -> list[str]:
    """Variables that begin with ``OCOTE_`` but are not settings, most often because of a typing error."""
    return sorted(name for name in environ if name.startswith("OCOTE_") and name not in NAMES)


NAMES: Final = (
    "OCOTE_ALLOW_HTTP",
    "OCOTE_BASE_URL",
    "OCOTE_DATABASE_URL",
    "OCOTE_DATA_DIR",
    "OCOTE_LOG_LEVEL",
    "OCOTE_MAX_CONNECTIONS",
    "OCOTE_MAX_CONNECTIONS_PER_ADDRESS",
    "OCOTE_METRICS_PORT",
    "OCOTE_MH_PRODUCTION_URL",
    "OCOTE_MH_SCHEMA_DIR",
    "OCOTE_MH_TEST_URL",
    "OCOTE_MH_TIMEOUT",
    "OCOTE_PROBE_HOST",
    "OCOTE_RATE_LIMIT_URL",
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
    values: Mapping[str, str] = field(repr=False)
    credentials: str | None = None

    def settings(self) -> Settings:
        secret_file = self._secret_file()
        data_dir = Path(self.values.get("OCOTE_DATA_DIR", "data"))
        return Settings(
            data_dir=data_dir,
            database_url=self.read("OCOTE_DATABASE_URL", _database_url, f"sqlite:///{data_dir / 'ocote.sqlite3'}"),
            secret_key=self.values.get("OCOTE_SECRET_KEY") if secret_file is None else _secret_in(secret_file),
            secret_file=secret_file,
            mh_test_url=self.read("OCOTE_MH_TEST_URL", _private_url, MH_TEST_URL),
            mh_production_url=self.read("OCOTE_MH_PRODUCTION_URL", _private_url, MH_PRODUCTION_URL),
            mh_timeout_s=self.read("OCOTE_MH_TIMEOUT", _seconds, 8.0),
            mh_schema_dir=self.read("OCOTE_MH_SCHEMA_DIR", _folder, None),
            rate_limit_url=self.read("OCOTE_RATE_LIMIT_URL", _rate_limit_url, "memory://"),
            base_url=self.read("OCOTE_BASE_URL", _private_url, None),
            trusted_proxies=self.read("OCOTE_TRUSTED_PROXIES", _networks, ()),
            allow_http=self.read("OCOTE_ALLOW_HTTP", _switch, False),
            metrics_port=self.read("OCOTE_METRICS_PORT", _port, None),
            log_level=self.read("OCOTE_LOG_LEVEL", _log_level, "info"),
            probe_host=self.read("OCOTE_PROBE_HOST", _host_and_port, None),
            webhook_allow_private=self.read("OCOTE_WEBHOOK_ALLOW_PRIVATE", _switch, False),
            max_connections=self.read("OCOTE_MAX_CONNECTIONS", _connections, 1024),
            max_connections_per_address=self.read("OCOTE_MAX_CONNECTIONS_PER_ADDRESS", _connections, 64),
        )

    def _secret_file(self) -> Path | None:
        """The one file that holds the secret. Raises SettingsError when the secret is given in two places."""
        named = self.values.get("OCOTE_SECRET_KEY_FILE")
        credential = Path(self.credentials, CREDENTIAL) if self.credentials else None
        if credential is not None and not credential.exists():
            credential = None
        places = {
            "OCOTE_SECRET_KEY": self.values.get("OCOTE_SECRET_KEY"),
            "OCOTE_SECRET_KEY_FILE": named,
            f"la credencial {CREDENTIAL} de systemd": credential,
        }
        given = [place for place, value in places.items() if value is not None]
        if len(given) > 1:
            raise SettingsError(f"La clave está en más de un lugar: {' y '.join(given)}. Deje uno solo.")
        return credential if named is None else Path(named)

    def read(self, name: str, understand: Callable[[str], _T], default: _T) -> _T:
        text = self.values.get(name)
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


def _database_url(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql://", "postgres://")) or text == "sqlite:///":
        raise ValueError(
            "debe ser sqlite:///carpeta/archivo.sqlite3 (cuatro barras si la ruta es absoluta) "
            "o postgresql://usuario:contraseña@servidor/base."
        )
    if not text.startswith("sqlite:") and not _names_hosts(text):
        # The text may hold a password, so that no message may quote it.
        raise ValueError(
            "no se puede leer. En la contraseña y el usuario, escriba con % los signos que separan partes de una "
            "dirección: @ es %40, / es %2F, : es %3A, # es %23, ? es %3F y % es %25."
        )
    return text


def _names_hosts(url: str) -> bool:
    """Whether an address can be split into user, hosts and ports; a raw password may hold what splits it elsewhere."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    hosts = (host.rpartition("]")[2] for host in parts.netloc.rpartition("@")[2].split(","))
    ports = [host.rpartition(":")[2] for host in hosts if ":" in host]
    return not parts.fragment and all(port.isascii() and port.isdigit() for port in ports)


def _http_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"«{text}» no es una dirección como https://facturas.ejemplo.com.")
    if parts.username is not None:
        raise ValueError("la dirección no lleva usuario ni contraseña; quítelos.")
    return text.rstrip("/")


def _private_url(text: str) -> str:
    """An address whose traffic nobody on the way can read or change: HTTPS, or this machine."""
    url = _http_url(text)
    parts = urlsplit(url)
    if parts.scheme == "http" and not _is_this_machine(str(parts.hostname)):
        raise ValueError(
            f"«{text}» viaja sin cifrar: quien esté en la red leería claves y documentos y podría responder en lugar "
            "del servidor. Escriba https://; http:// solo sirve para esta misma máquina, como http://127.0.0.1:8090."
        )
    return url


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _rate_limit_url(text: str) -> str:
    if text != "memory://" and not text.startswith(("redis://", "rediss://")):
        raise ValueError(
            "debe ser memory:// (un solo proceso) o redis://servidor:6379/0 (varios procesos con un mismo límite)."
        )
    return text


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise ValueError(f"«{text}» no es un número de segundos, por ejemplo 8.") from None
    if not 0 < seconds <= 60:
        raise ValueError(f"{text} segundos está fuera de lo útil; use más de 0 y hasta 60.")
    return seconds


def _switch(text: str) -> bool:
    word = text.lower()
    if word in _ON:
        return True
    if word in _OFF:
        return False
    raise ValueError(f"«{text}» no dice sí ni no; use on u off.")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ValueError(f"«{text}» no es un puerto entre 1 y 65535; quite la variable para no publicar métricas.")
    return int(text)


def _connections(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:7]) <= 100_000 or len(text) > 6:
        raise ValueError(f"«{text}» no es un número de conexiones entre 1 y 100000.")
    return int(text)


def _host_and_port(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdigit():
        raise ValueError(f"«{text}» no es servidor:puerto, por ejemplo www.example.com:443.")
    return host.strip("[]"), _port(port)


def _networks(text: str) -> tuple[Network, ...]:
    networks: list[Network] = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        try:
            network = ip_network(item)
        except ValueError:
            raise ValueError(
                f"«{item}» no es una red; escriba redes separadas por comas, por ejemplo 127.0.0.1/32,10.0.0.0/8."
            ) from None
        if _is_too_wide(network):
            raise ValueError(
                f"«{item}» abarca casi cualquier dirección: un desconocido podría hacerse pasar por su proxy y fingir "
                "HTTPS y otra dirección. Escriba solo la de su proxy, por ejemplo 127.0.0.1/32."
            )
        networks.append(network)
    return tuple(networks)


def _is_too_wide(network: Network) -> bool:
    """Whether a network holds so many strangers that it cannot be the network of a proxy."""
    if isinstance(network, IPv4Network):
        return network.prefixlen < _WIDEST_IPV4
    if network.overlaps(_IPV4_IN_IPV6):
        return network.prefixlen < _IPV4_IN_IPV6.prefixlen + _WIDEST_IPV4
    return network.prefixlen < _WIDEST_IPV6 and not network.subnet_of(_PRIVATE_IPV6)


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise ValueError(f"la carpeta {text} no existe; ponga en ella los esquemas JSON de MH o quite la variable.")
    return path


def _log_level(text: str) -> str:
    level = text.lower()
    if level not in {"debug", "info", "warning", "error"}:
        raise ValueError(f"«{text}» no es un nivel; use debug, info, warning o error.")
    return level
