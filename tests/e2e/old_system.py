"""A company's system of before: it numbers from 1, signs with the company's certificate and speaks to MH."""

from ocote.clock import local_date
from ocote.emulator.server import RegisteredCompany
from tests.builders.certificate import PASSWORD
from tests.builders.company import MH_PASSWORD, NAME, NIT, NRC
from tests.emulator.client import Client
from tests.emulator.documents import invoice, tax_credit
from tests.emulator.documents.parts import Emission
from tests.running_gateway import RunningGateway

_WRITTEN = {"01": invoice.v1, "03": tax_credit.v3}


def issued_before(gateway: RunningGateway, doc_type: str, first: int, last: int) -> set[str]:
    """Has MH stamp the documents ``first`` to ``last`` of a type today; returns their control numbers."""
    certificate = (gateway.folder / f"{NIT}.crt").read_bytes()
    company = RegisteredCompany(NIT, NRC, NAME, "00", NIT, MH_PASSWORD, certificate, PASSWORD)
    client = Client(gateway.emulator, company)
    today = local_date(gateway.clock()).isoformat()
    emission = Emission(nit=NIT, nrc=NRC.replace("-", ""), sequence=first - 1, day=today, hour="00:00:00")
    numbers = set()
    for _ in range(first, last + 1):
        emission = emission.next()
        answer = client.send(_WRITTEN[doc_type](emission))
        assert answer.body["estado"] == "PROCESADO", answer.body
        numbers.add(emission.control_number(doc_type))
    return numbers
