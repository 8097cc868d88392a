"""The messages that are sent to MH, and the credentials of the company that sends them."""

from dataclasses import dataclass, field

import msgspec


@dataclass(frozen=True, slots=True)
class Credentials:
    """A company's access to MH in one environment: its NIT (digits only), the API user and the API password."""

    nit: str
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Envelope:
    """The message to MH with a signed document (``protocol.md`` 3).

    ``version`` and ``doc_type`` repeat those of the document; the sender may choose any number as ``send_id``.
    """

    environment: str
    version: int
    doc_type: str
    jws: str = field(repr=False)
    generation_code: str
    send_id: int = 1

    def body(self) -> bytes:
        """The message as JSON."""
        return msgspec.json.encode(
            {
                "ambiente": self.environment,
                "idEnvio": self.send_id,
                "version": self.version,
                "tipoDte": self.doc_type,
                "documento": self.jws,
                "codigoGeneracion": self.generation_code,
            }
        )


@dataclass(frozen=True, slots=True)
class EventEnvelope:
    """The message to MH with a signed invalidation event (``protocol.md`` 4.5)."""

    environment: str
    version: int
    jws: str = field(repr=False)
    send_id: int = 1

    def body(self) -> bytes:
        """The message as JSON."""
        return msgspec.json.encode(
            {"ambiente": self.environment, "idEnvio": self.send_id, "version": self.version, "documento": self.jws}
        )


@dataclass(frozen=True, slots=True)
class Lot:
    """Up to 100 signed documents of one company sent together (``protocol.md`` 4.2).

    ``send_id`` is a UUID in capitals. ``version`` is the version of a lot schema that MH never published; most
    clients send 1.
    """

    environment: str
    send_id: str
    documents: tuple[str, ...] = field(repr=False)
    version: int = 1

    def __post_init__(self) -> None:
        if not 1 <= len(self.documents) <= 100:
            raise ValueError(f"a lot holds 1 to 100 documents, not {len(self.documents)}")

    def body(self, nit: str) -> bytes:
        """The message as JSON, for the company with this NIT."""
        return msgspec.json.encode(
            {
                "ambiente": self.environment,
                "idEnvio": self.send_id,
                "version": self.version,
                "nitEmisor": nit,
                "documentos": self.documents,
            }
        )
