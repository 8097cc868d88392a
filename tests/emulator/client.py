"""A hand-made client of MH: signs with the company's certificate file and speaks plain HTTP."""

import base64
import http.client
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.serialization import load_der_private_key

from ocote.emulator.server import RegisteredCompany, RunningEmulator
from tests.emulator.documents.parts import Document

_JSON = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True)
class Answer:
    """Status and body of an answer."""

    status: int
    body: Any

    @property
    def verdict(self) -> tuple[str, str, str]:
        """Code, class and text: what a rejection says."""
        return self.body["codigoMsg"], self.body["clasificaMsg"], self.body["descripcionMsg"]

    @property
    def refusal(self) -> tuple[str, str]:
        """Code and text: what an event's rejection says, which has no class."""
        return self.body["codigoMsg"], self.body["descripcionMsg"]


class Client:
    """One company talking to one emulator."""

    def __init__(self, mh: RunningEmulator, company: RegisteredCompany) -> None:
        self._address = urlsplit(mh.url)
        self.company = company
        self.token = ""
        self.patience_s = 20.0

    def login(self, user: str | None = None, password: str | None = None, path: str = "/seguridad/auth") -> Answer:
        """Ask for a token and keep it."""
        form = urlencode({"user": user or self.company.user, "pwd": password or self.company.password})
        answer = self.request("POST", path, form.encode(), "application/x-www-form-urlencoded")
        if answer.body.get("status") == "OK":
            self.token = answer.body["body"]["token"]
        return answer

    def send(self, document: Document, *, path: str = "/fesv/recepciondte", **envelope: Any) -> Answer:
        """Sign a document and have it received."""
        head = document["identificacion"]
        body = {
            "ambiente": head["ambiente"],
            "idEnvio": 1,
            "version": head["version"],
            "tipoDte": head["tipoDte"],
            "documento": self.sign(document),
            "codigoGeneracion": head["codigoGeneracion"],
        }
        return self.post(path, body | envelope)

    def query(self, doc_type: str, code: str, **body: Any) -> Answer:
        """Ask what became of a document."""
        asked = {"nitEmisor": self.company.nit, "tdte": doc_type, "codigoGeneracion": code}
        return self.post("/fesv/recepcion/consultadte", asked | body)

    def invalidate(self, event: Document, **envelope: Any) -> Answer:
        """Sign an invalidation event and have it received."""
        head = event["identificacion"]
        body = {
            "ambiente": head["ambiente"],
            "idEnvio": 1,
            "version": head["version"],
            "documento": self.sign(event),
        }
        return self.post("/fesv/anulardte", body | envelope)

    def report(self, event: Document, **envelope: Any) -> Answer:
        """Sign a contingency event and have it received."""
        return self.post("/fesv/contingencia", {"nit": self.company.nit, "documento": self.sign(event)} | envelope)

    def send_lot(self, *documents: Document, **envelope: Any) -> Answer:
        """Sign documents and send them together."""
        body = {
            "ambiente": "00",
            "idEnvio": "9531985D-5D9D-49F8-9818-E811892F902B",
            "version": 1,
            "nitEmisor": self.company.nit,
            "documentos": [self.sign(document) for document in documents],
        }
        return self.post("/fesv/recepcionlote", body | envelope)

    def query_lot(self, code: str) -> Answer:
        """Ask what became of a lot."""
        return self.request("GET", f"/fesv/recepcion/consultadtelote/{code}", None, "application/json")

    def post(self, path: str, body: Any) -> Answer:
        """Send a JSON body with the token."""
        return self.request("POST", path, _JSON.encode(body), "application/json")

    def request(self, method: str, path: str, body: bytes | None, media_type: str) -> Answer:
        """One HTTP request on a connection of its own, logging in first where that has not happened."""
        if not self.token and not path.startswith("/seguridad"):
            self.login()
        headers = {"Content-Type": media_type, "User-Agent": "ocote-tests"}
        if self.token:
            headers["Authorization"] = self.token
        connection = http.client.HTTPConnection(
            str(self._address.hostname), self._address.port, timeout=self.patience_s
        )
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, msgspec.json.decode(response.read()))
        finally:
            connection.close()

    def sign(self, document: Document) -> str:
        """The document as a compact JWS, RS512."""
        return signed(_JSON.encode(document), private_key_in(self.company.certificate))


def signed(payload: bytes, key: RSAPrivateKey, header: bytes = b'{"alg":"RS512"}') -> str:
    """Any bytes as a compact JWS."""
    content = f"{_base64url(header)}.{_base64url(payload)}"
    return f"{content}.{_base64url(key.sign(content.encode(), PKCS1v15(), SHA512()))}"


@cache
def private_key_in(certificate: bytes) -> RSAPrivateKey:
    """The private key of a certificate file."""
    found = re.search(rb"<privateKey>.*?<encodied>(.*?)</encodied>", certificate, re.DOTALL)
    assert found is not None
    key = load_der_private_key(base64.b64decode(found[1]), password=None)
    assert isinstance(key, RSAPrivateKey)
    return key


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
