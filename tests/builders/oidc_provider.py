"""An identity provider on loopback: discovery, keys, authorization and tokens, with every fault that a test wants."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from ocote.clock import system_clock
from ocote.settings.oidc import ProviderAccess

CLIENT_ID: Final = "ocote-de-prueba"
CLIENT_SECRET: Final = "un-secreto-del-cliente/+?"
NAME: Final = "Proveedor de Prueba"

_PAGE: Final = (
    '<!doctype html><link rel="icon" href="data:,"><title>Proveedor</title><h1>Proveedor</h1><a href="{}">Soy yo</a>'
)

Answer = tuple[int, Mapping[str, str], bytes]
_RSA: Final = RSAKey.generate_key(2048, {"kid": "una", "use": "sig"})
_NEXT_RSA: Final = RSAKey.generate_key(2048, {"kid": "otra", "use": "sig"})


@dataclass
class Account:
    """The account with which the person at the browser logs in at the provider."""

    subject: str = "1001"
    email: str = "persona@example.com"
    email_verified: Any = True
    name: str = "Persona de Prueba"


@dataclass
class OidcProvider:
    """The provider; a test changes its fields between two steps.

    ``claims`` replace those of the next tokens, and None leaves one out. ``broken`` answers a path such as ``/token``
    in its place. ``sign`` makes the text of a token from its claims. ``key`` signs, ``published`` are the keys that the
    provider tells. ``asked`` are the paths that were asked for, ``authorized`` the queries of the last authorization.
    """

    url: str
    clock: Callable[[], datetime]
    account: Account = field(default_factory=Account)
    claims: dict[str, Any] = field(default_factory=dict)
    broken: dict[str, Callable[[], Answer]] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: _RSA)
    published: list[RSAKey] = field(default_factory=lambda: [_RSA])
    sign: Callable[[dict[str, Any]], str] | None = None
    asked: list[str] = field(default_factory=list)
    authorized: dict[str, str] = field(default_factory=dict)
    has_page: bool = False
    metadata: dict[str, Any] = field(default_factory=dict)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def access(self) -> ProviderAccess:
        """The settings of a gateway that knows this provider."""
        return ProviderAccess(self.url, CLIENT_ID, CLIENT_SECRET, NAME)

    def rotates(self) -> None:
        """Signs with another key from now on, which alone is told."""
        self.key, self.published = _NEXT_RSA, [_NEXT_RSA]

    def begins_again(self) -> None:
        """Signs with the first key, which alone is told."""
        self.key, self.published = _RSA, [_RSA]

    def unsigned(self, claims: dict[str, Any]) -> str:
        """A token without a signature."""
        parts = [json.dumps(each).encode() for each in ({"alg": "none", "kid": "una"}, claims)]
        return ".".join(_base64(each) for each in parts) + "."

    def signed_with_the_public_key(self, claims: dict[str, Any]) -> str:
        """A token of HS256, for which the public key of the provider stands as the shared secret."""
        parts = [json.dumps(each).encode() for each in ({"alg": "HS256", "kid": "una"}, claims)]
        text = ".".join(_base64(each) for each in parts)
        return f"{text}.{_base64(hmac.digest(self.key.as_pem(private=False), text.encode(), 'sha256'))}"

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer to one request."""
        path, _, query = target.partition("?")
        self.asked.append(path)
        if path in self.broken:
            return self.broken[path]()
        if path == "/.well-known/openid-configuration":
            return _json(200, self._discovery())
        if path == "/keys":
            return _json(200, {"keys": [key.as_dict(private=False) for key in self.published]})
        if path == "/authorize":
            return self._authorize(query)
        if path == "/token" and method == "POST":
            return self._token(headers, dict(parse_qsl(body.decode())))
        return 404, {}, b""

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            **self.metadata,
        }

    def _authorize(self, query: str) -> Answer:
        asked = dict(parse_qsl(query))
        if self.has_page and "pressed" not in asked:
            page = _PAGE.format(escape(f"/authorize?{query}&pressed=1"))
            return 200, {"Content-Type": "text/html; charset=utf-8"}, page.encode()
        self.authorized = asked
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return 302, {"Location": f"{asked['redirect_uri']}?{back}"}, b""

    def _token(self, headers: Mapping[str, str], form: Mapping[str, str]) -> Answer:
        if not _is_the_client(headers.get("authorization", ""), form):
            return _json(401, {"error": "invalid_client"})
        asked = self._codes.pop(form.get("code", ""), None)
        challenge = _base64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        is_right = (
            asked is not None
            and asked["redirect_uri"] == form.get("redirect_uri")
            and asked["code_challenge_method"] == "S256"
            and asked["code_challenge"] == challenge
        )
        if asked is None or not is_right:
            return _json(400, {"error": "invalid_grant"})
        access = secrets.token_urlsafe(16)
        token = (self.sign or self._signed)(self._claims(asked, access))
        return _json(200, {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": token})

    def _claims(self, asked: Mapping[str, str], access: str) -> dict[str, Any]:
        now = int(self.clock().timestamp())
        half = hashlib.sha256(access.encode()).digest()[:16]
        usual = {
            "iss": self.url,
            "sub": self.account.subject,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "auth_time": now if asked.get("max_age") == "0" else now - 3600,
            "nonce": asked.get("nonce", ""),
            "at_hash": _base64(half),
            "email": self.account.email,
            "email_verified": self.account.email_verified,
            "name": self.account.name,
        }
        return {name: value for name, value in {**usual, **self.claims}.items() if value is not None}

    def _signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


@contextmanager
def open_provider(clock: Callable[[], datetime] = system_clock, host: str = "127.0.0.1") -> Iterator[OidcProvider]:
    """Starts a provider under a name of this machine, and stops it at the end."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            sent = {name.lower(): value for name, value in self.headers.items()}
            status, headers, body = provider.answer(self.command, self.path, sent, self.rfile.read(length))
            if status == 0:  # the connection ends without a word
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name of the base class

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]  # a client that hangs up
    provider = OidcProvider(f"http://{host}:{server.server_port}", clock)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def silent() -> Answer:
    """An end of the connection without an answer."""
    return 0, {}, b""


def failing() -> Answer:
    """The answer of a provider that is broken."""
    return 503, {}, b"mantenimiento"


def huge() -> Answer:
    """An answer of more bytes than anybody wants."""
    return 200, {"Content-Type": "application/json"}, b'{"keys": "' + b"x" * (1024 * 1024) + b'"}'


def _json(status: int, value: Any) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _is_the_client(authorization: str, form: Mapping[str, str]) -> bool:
    if authorization.startswith("Basic "):
        return base64.b64decode(authorization[6:]).decode() == f"{CLIENT_ID}:{CLIENT_SECRET}"
    return (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)


def query_of(url: str) -> dict[str, str]:
    """The query of an address; the first of several values."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
