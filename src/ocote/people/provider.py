"""The HTTP edge to an identity provider: its discovery document, its keys, and the exchange of a code for a token.

This is the only module that needs the extra ``oidc``; ``ocote.panel_parts`` and ``ocote doctor`` import it when a
provider is configured. Of authlib it uses the functions of the protocol; its client of httpx is deprecated there, and
reads answers of any length.
"""

import asyncio
import hmac
import ssl
from collections.abc import Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import httpx
import msgspec
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core.util import create_half_hash
from joserfc import jws, jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import Key, KeySet, import_key
from msgspec import Struct

from ocote import __version__
from ocote.clock import Clock
from ocote.people.claims import AuthorizationRequest, ProviderUnreachableError, Redeemed, TokenRefusedError
from ocote.settings.oidc import ProviderAccess
from ocote.settings.values import is_this_machine
from ocote.trust import system_trust

T = TypeVar("T")

PATIENCE_S: Final = 8.0
"""Seconds of one call to the provider, from the connection to the last byte of the answer."""

LARGEST_ANSWER: Final = 256 * 1024
"""Bytes of one answer of the provider."""

CACHED_FOR: Final = timedelta(hours=1)
"""So long the discovery document and the keys are used without asking again; an unknown key is asked for at once."""

QUIET_AFTER_FAILURE: Final = timedelta(seconds=5)
"""So long after a failure nobody waits for the provider again."""

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""The signatures that are taken: with a public key alone, never ``none`` nor a shared secret."""

_SCOPE: Final = "openid email profile"
_DISCOVERY: Final = "/.well-known/openid-configuration"
_KEY_TYPES: Final = ("RSA", "EC")
_OURS: Final = {
    "User-Agent": f"ocote/{__version__}",
    "Accept": "application/json",
    "Accept-Encoding": "identity",  # a small answer cannot grow large by being unpacked
}


class Metadata(Struct, frozen=True):
    """The values of a discovery document that are used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class _TokenAnswer(Struct, frozen=True):
    id_token: str
    access_token: str = ""


class _KeyList(Struct, frozen=True):
    keys: list[dict[str, Any]]


class _Answer(Struct, frozen=True):
    status: int
    body: bytes


class OpenIdProvider:
    """A provider of OpenID Connect. ``trust`` decides which certificates are trusted; None means the system's."""

    def __init__(self, access: ProviderAccess, clock: Clock, trust: ssl.SSLContext | None = None) -> None:
        self._access = access
        self._clock = clock
        self._trust = trust or system_trust()
        self._one_at_a_time = asyncio.Lock()
        self._metadata: tuple[Metadata, datetime] | None = None
        self._keys: tuple[KeySet, datetime] | None = None
        self._failed: tuple[ProviderUnreachableError, datetime] | None = None

    @property
    def issuer(self) -> str:
        """The issuer of the provider's tokens."""
        return self._access.issuer

    @property
    def client_id(self) -> str:
        """The name of the gateway at the provider."""
        return self._access.client_id

    @property
    def name(self) -> str:
        """The provider as people know it."""
        return self._access.name

    async def authorization_url(self, request: AuthorizationRequest) -> str:
        """The address at the provider to which a person goes. Raises ProviderUnreachableError."""
        metadata = await self.metadata()
        anew = {"prompt": "login", "max_age": "0"} if request.must_be_fresh else {}
        url: str = prepare_grant_uri(
            metadata.authorization_endpoint,
            client_id=self._access.client_id,
            response_type="code",
            redirect_uri=request.return_to,
            scope=_SCOPE,
            state=request.state,
            nonce=request.nonce,
            code_challenge=create_s256_code_challenge(request.verifier),
            code_challenge_method="S256",
            **anew,
        )
        return url

    async def names_itself(self) -> bool:
        """Whether the provider says on the way back who it is (RFC 9207). Raises ProviderUnreachableError."""
        return (await self.metadata()).authorization_response_iss_parameter_supported

    async def redeem(self, code: str, verifier: str, return_to: str) -> Redeemed:
        """The claims behind a code, whose signature is right. Raises ProviderUnreachableError, TokenRefusedError."""
        metadata = await self.metadata()
        body = prepare_token_request("authorization_code", code=code, redirect_uri=return_to, code_verifier=verifier)
        # In the body nothing needs an encoding that clients and providers understand in different manners.
        is_in_body = "client_secret_post" in metadata.token_endpoint_auth_methods_supported
        auth = ClientAuth(
            self._access.client_id,
            self._access.client_secret,
            "client_secret_post" if is_in_body else "client_secret_basic",
        )
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        url, headers, body = auth.prepare("POST", metadata.token_endpoint, form, body)
        answer = await self._call("POST", url, headers, body.encode())
        if answer.status != 200:
            # A wrong code is answered 400, a wrong secret of ours 401; the text of either may hold what was sent.
            if 400 <= answer.status < 500 and answer.status != 429:
                raise TokenRefusedError(f"the token endpoint answered {answer.status}")
            raise ProviderUnreachableError("status", str(answer.status))
        try:
            token = msgspec.json.decode(answer.body, type=_TokenAnswer)
        except (msgspec.MsgspecError, RecursionError):
            raise TokenRefusedError("the answer of the token endpoint has no token") from None
        return Redeemed(await self._verified(token))

    async def metadata(self) -> Metadata:
        """The discovery document, of which the issuer is the configured one. Raises ProviderUnreachableError."""
        async with self._one_at_a_time:
            now = self._clock()
            if self._metadata is None or self._metadata[1] <= now:
                self._metadata = (await self._remembering(self._discovered()), now + CACHED_FOR)
            return self._metadata[0]

    async def keys(self, *, anew: bool = False) -> KeySet:
        """The keys of the provider, from memory unless they are wanted ``anew``. Raises ProviderUnreachableError."""
        metadata = await self.metadata()
        async with self._one_at_a_time:
            now = self._clock()
            if anew or self._keys is None or self._keys[1] <= now:
                self._keys = (await self._remembering(self._key_set(metadata.jwks_uri)), now + CACHED_FOR)
            return self._keys[0]

    async def _remembering(self, work: Coroutine[Any, Any, T]) -> T:
        """Does what asks the provider, unless it has just failed: one person waits for a silent provider, not each."""
        now = self._clock()
        if self._failed is not None and now < self._failed[1]:
            work.close()
            raise ProviderUnreachableError(self._failed[0].fault, self._failed[0].detail)
        try:
            result = await work
        except ProviderUnreachableError as error:
            self._failed = (error, now + QUIET_AFTER_FAILURE)
            raise
        self._failed = None
        return result

    async def _discovered(self) -> Metadata:
        read = await self._read(self._access.issuer.rstrip("/") + _DISCOVERY)
        try:
            metadata = msgspec.json.decode(read, type=Metadata)
        except (msgspec.MsgspecError, RecursionError):
            raise ProviderUnreachableError("no_document", _DISCOVERY) from None
        if metadata.issuer != self._access.issuer:
            raise ProviderUnreachableError("another_issuer", metadata.issuer[:200])
        ours = httpx.URL(self._access.issuer)
        for url in (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri):
            if not _is_private(url, may_be_plain=ours.scheme == "http"):
                raise ProviderUnreachableError("not_encrypted", url[:200])
        return metadata

    async def _key_set(self, url: str) -> KeySet:
        read = await self._read(url)
        try:
            found = msgspec.json.decode(read, type=_KeyList)
        except (msgspec.MsgspecError, RecursionError):
            raise ProviderUnreachableError("no_document", url[:200]) from None
        return KeySet([key for each in found.keys if (key := _signing_key(each)) is not None])

    async def _verified(self, token: _TokenAnswer) -> Mapping[str, Any]:
        """The claims of an ID token with a right signature, of the provider's present keys."""
        try:
            try:
                decoded = _decoded(token.id_token, await self.keys())
            except InvalidKeyIdError:
                # The provider has changed its keys since they were read: they are read once more, and no more.
                decoded = _decoded(token.id_token, await self.keys(anew=True))
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise TokenRefusedError(f"the ID token is not signed as it must be: {type(error).__name__}") from None
        if not _fits(decoded, token.access_token):
            raise TokenRefusedError("the ID token is of another access token")
        return decoded.claims

    async def _read(self, url: str) -> bytes:
        answer = await self._call("GET", url)
        if answer.status != 200:
            raise ProviderUnreachableError("status", str(answer.status))
        return answer.body

    async def _call(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> _Answer:
        """One call, bounded in time and size, which follows no redirection. Raises ProviderUnreachableError."""
        read = bytearray()
        try:
            async with (
                asyncio.timeout(PATIENCE_S),
                httpx.AsyncClient(verify=self._trust, trust_env=False, timeout=PATIENCE_S) as client,
                client.stream(method, url, headers={**_OURS, **(headers or {})}, content=body) as response,
            ):
                async for piece in response.aiter_raw():
                    read += piece
                    if len(read) > LARGEST_ANSWER:
                        raise ProviderUnreachableError("too_long")
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise ProviderUnreachableError("no_answer", type(error).__name__) from error
        return _Answer(response.status_code, bytes(read))


def _decoded(text: str, keys: KeySet) -> jwt.Token:
    # Other members of the header are ignored, as the standard has it, but for those that "crit" names.
    return jwt.decode(text, keys, registry=jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False))


def _fits(token: jwt.Token, access_token: str) -> bool:
    """Whether an ID token came with this access token, if it says with which one it came."""
    said = token.claims.get("at_hash")
    if said is None:
        return True
    made = create_half_hash(access_token, str(token.header["alg"]))
    return isinstance(said, str) and made is not None and hmac.compare_digest(made, said.encode())


def _signing_key(described: Mapping[str, Any]) -> Key | None:
    """A key of the list that signs; None for one of another kind or use, and for one that cannot be read."""
    if described.get("kty") not in _KEY_TYPES or described.get("use") not in (None, "sig"):
        return None
    try:
        return import_key(dict(described))
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _is_private(url: str, *, may_be_plain: bool) -> bool:
    """Whether nobody on the way can read what is sent to an address."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    is_plain = parts.scheme == "http" and may_be_plain and is_this_machine(parts.host)
    return bool(parts.host) and (parts.scheme == "https" or is_plain)
