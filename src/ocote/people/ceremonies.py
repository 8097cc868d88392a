"""Asks browsers to make or use a passkey, and reads from their answers what these prove (WebAuthn level 3)."""

import hmac
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from msgspec import Struct
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers import parse_registration_credential_json as parse_new_credential_json
from webauthn.helpers.base64url_to_bytes import base64url_to_bytes
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from ocote.people.site import Site
from ocote.store.passkeys import PasskeyRow
from ocote.store.people import PersonRow

LONGEST_ANSWER: Final = 16 * 1024
"""Characters of what a browser answers; an attestation with certificates has room."""

_LONGEST_KEY: Final = 1024
"""Bytes of a public key: twice those of RSA with 4,096 bits."""

_ALGORITHMS: Final = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
_TIMEOUT_MS: Final = 300_000


class NewCredential(Struct, frozen=True):
    """A credential that an authenticator has just made; ``credential`` and ``transports`` are as they are stored."""

    credential: str
    public_key: bytes
    uses: int
    transports: str


class Assertion(Struct, frozen=True):
    """The answer of a browser about a credential, before anything of it is believed.

    ``owner`` is the handle of a person that the authenticator has kept, empty where it tells none.
    """

    credential: str
    owner: bytes
    parsed: AuthenticationCredential


class Proved(Struct, frozen=True):
    """The statements of a verified signature: the authenticator's counter, and whether it has verified its user."""

    uses: int
    is_user_verified: bool


class CeremonyError(Exception):
    """The answer of a browser is damaged, or does not prove what it has to."""


def options_to_add(site: Site, person: PersonRow, challenge: str, known: Sequence[PasskeyRow]) -> str:
    """The options (JSON) with which a browser makes a passkey that lets its person in by itself."""
    return options_to_json(
        generate_registration_options(
            rp_id=site.rp_id,
            rp_name="Ocote",
            user_name=person.email,
            user_id=handle_of(person),
            user_display_name=person.name,
            challenge=base64url_to_bytes(challenge),
            timeout=_TIMEOUT_MS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=_descriptors(known),
            supported_pub_key_algs=_ALGORITHMS,
        )
    )


def options_to_prove(site: Site, challenge: str, known: Sequence[PasskeyRow], *, needs_verification: bool) -> str:
    """The options (JSON) with which a browser uses one of the known passkeys, or without any the one of its person."""
    wanted = UserVerificationRequirement.REQUIRED if needs_verification else UserVerificationRequirement.PREFERRED
    return options_to_json(
        generate_authentication_options(
            rp_id=site.rp_id,
            challenge=base64url_to_bytes(challenge),
            timeout=_TIMEOUT_MS,
            allow_credentials=_descriptors(known),
            user_verification=wanted,
        )
    )


def new_credential(answer: str, challenge: str, site: Site) -> NewCredential:
    """The credential that a browser has made, whose user was verified. Raises CeremonyError."""
    try:
        parsed = parse_new_credential_json(_bounded(answer))
        made = verify_registration_response(
            credential=parsed,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
            supported_pub_key_algs=_ALGORITHMS,
        )
    except CeremonyError:
        raise
    except Exception as error:  # the library stumbles over odd answers in many ways, and all of them are refused
        raise CeremonyError(str(error)) from error
    if len(made.credential_public_key) > _LONGEST_KEY:
        raise CeremonyError("the public key is too long")
    return NewCredential(
        credential=bytes_to_base64url(made.credential_id),
        public_key=made.credential_public_key,
        uses=made.sign_count,
        transports=" ".join(sorted({each.value for each in parsed.response.transports or ()})),
    )


def read_assertion(answer: str) -> Assertion:
    """The credential that a browser has used. Raises CeremonyError for what has not the form of an answer."""
    try:
        parsed = parse_authentication_credential_json(_bounded(answer))
        return Assertion(bytes_to_base64url(parsed.raw_id), parsed.response.user_handle or b"", parsed)
    except CeremonyError:
        raise
    except Exception as error:  # as above
        raise CeremonyError(str(error)) from error


def verified(assertion: Assertion, passkey: PasskeyRow, challenge: str, site: Site) -> Proved:
    """Verifies that a passkey has signed a challenge of this site. Raises CeremonyError.

    The counter is not compared here: the store does it, in the statement that writes it.
    """
    try:
        proved = verify_authentication_response(
            credential=assertion.parsed,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,
        )
    except Exception as error:  # as above
        raise CeremonyError(str(error)) from error
    return Proved(proved.new_sign_count, proved.user_verified)


def handle_of(person: PersonRow) -> bytes:
    """The name under which authenticators keep the passkeys of a person; it tells nothing of the person."""
    return sha256(f"ocote person {person.id} {person.created_at}".encode()).digest()


def is_handle_of(person: PersonRow, handle: bytes) -> bool:
    """Whether an authenticator has kept a passkey for a person."""
    return hmac.compare_digest(handle_of(person), handle)


def _descriptors(passkeys: Sequence[PasskeyRow]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(each.credential),
            transports=[AuthenticatorTransport(name) for name in each.transports.split()] or None,
        )
        for each in passkeys
    ]


def _bounded(answer: str) -> str:
    if len(answer) > LONGEST_ANSWER:
        raise CeremonyError("the answer is too long")
    return answer
