"""The values of the settings, each understood from the operator's text.

Every function raises ValueError with a Spanish text that follows the name of the setting.
"""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

Network = IPv4Network | IPv6Network

_WIDEST_IPV4: Final = 8
_WIDEST_IPV6: Final = 16
_PRIVATE_IPV6: Final = IPv6Network("fc00::/7")
_IPV4_IN_IPV6: Final = IPv6Network("::ffff:0:0/96")
_LONGEST_IDLE_S: Final = 3600
_ON = frozenset({"1", "on", "true", "yes", "si", "sí"})
_OFF = frozenset({"0", "off", "false", "no", ""})


def database_url(text: str) -> str:
    """The address of an SQLite file or of a PostgreSQL."""
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


def private_url(text: str) -> str:
    """An address whose traffic nobody on the way can read or change: HTTPS, or this machine."""
    url = _http_url(text)
    parts = urlsplit(url)
    if parts.scheme == "http" and not is_this_machine(str(parts.hostname)):
        raise ValueError(
            f"«{text}» viaja sin cifrar: quien esté en la red leería claves y documentos y podría responder en lugar "
            "del servidor. Escriba https://; http:// solo sirve para esta misma máquina, como http://127.0.0.1:8090."
        )
    return url


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine: its own name or a loopback address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def rate_limit_url(text: str) -> str:
    """The address of the store that counts requests."""
    if text != "memory://" and not text.startswith(("redis://", "rediss://")):
        raise ValueError(
            "debe ser memory:// (un solo proceso) o redis://servidor:6379/0 (varios procesos con un mismo límite)."
        )
    return text


def seconds(text: str) -> float:
    """A time in seconds, above zero and one minute at most."""
    try:
        seconds = float(text)
    except ValueError:
        raise ValueError(f"«{text}» no es un número de segundos, por ejemplo 8.") from None
    if not 0 < seconds <= 60:
        raise ValueError(f"{text} segundos está fuera de lo útil; use más de 0 y hasta 60.")
    return seconds


def idle_seconds(text: str) -> int:
    """Whole seconds that a connection may be silent between two requests: one at least, an hour at most."""
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= _LONGEST_IDLE_S:
        raise ValueError(f"«{text}» debe ser un número entero de segundos, de 1 a {_LONGEST_IDLE_S}.")
    return int(text)


def switch(text: str) -> bool:
    """A word for on or off."""
    word = text.lower()
    if word in _ON:
        return True
    if word in _OFF:
        return False
    raise ValueError(f"«{text}» no dice sí ni no; use on u off.")


def port(text: str) -> int:
    """A port of TCP."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ValueError(f"«{text}» no es un puerto entre 1 y 65535; quite la variable para no publicar métricas.")
    return int(text)


def connections(text: str) -> int:
    """A number of connections."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:7]) <= 100_000 or len(text) > 6:
        raise ValueError(f"«{text}» no es un número de conexiones entre 1 y 100000.")
    return int(text)


def kept_requests(text: str) -> int:
    """A number of requests to keep for each company."""
    if not text.isascii() or not text.isdigit() or len(text) > 7 or int(text) > 1_000_000:
        raise ValueError(f"«{text}» no es un número de solicitudes entre 0 y 1000000.")
    return int(text)


def host_and_port(text: str) -> tuple[str, int]:
    """A machine and its port."""
    host, colon, number = text.rpartition(":")
    if not colon or not host or not number.isdigit():
        raise ValueError(f"«{text}» no es servidor:puerto, por ejemplo www.example.com:443.")
    return host.strip("[]"), port(number)


def networks(text: str) -> tuple[Network, ...]:
    """Networks separated by commas, each of them narrow enough for a proxy."""
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


def folder(text: str) -> Path:
    """A folder that exists."""
    path = Path(text)
    if not path.is_dir():
        raise ValueError(f"la carpeta {text} no existe; ponga en ella los esquemas JSON de MH o quite la variable.")
    return path


def log_level(text: str) -> str:
    """The name of a level of the log."""
    level = text.lower()
    if level not in {"debug", "info", "warning", "error"}:
        raise ValueError(f"«{text}» no es un nivel; use debug, info, warning o error.")
    return level
