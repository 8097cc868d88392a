"""The samples are what MH would accept: each fits the official schema of its edition."""

import jsonschema
import pytest

from tests.official import official_schema
from tests.printing.documents import SAMPLES, sample

_SCHEMAS = {
    ("01", "v1"): "fe-fc-v1.json",
    ("01", "v2"): "fe-f-v2.json",
    ("03", "v1"): "fe-ccf-v3.json",
    ("03", "v2"): "fe-ccf-v4.json",
    ("05", "v1"): "fe-nc-v3.json",
    ("05", "v2"): "fe-nc-v4.json",
    ("11", "v1"): "fe-fex-v1.json",
    ("11", "v2"): "fe-fex-v3.json",
    ("14", "v1"): "fe-fse-v1.json",
    ("14", "v2"): "fe-fse-v2.json",
    ("invalidation", "v1"): "anulacion-schema-v2.json",
    ("invalidation", "v2"): "invalidacion-schema-v3.json",
}


@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.json")))
def test_a_sample_fits_the_official_schema(name: str) -> None:
    document, edition = sample(name), name[-2:]
    kind = document["identificacion"].get("tipoDte", "invalidation")
    validator = jsonschema.Draft7Validator(official_schema(edition, _SCHEMAS[kind, edition]))
    assert [error.message for error in validator.iter_errors(document)] == []
