"""A live server under requests made from its own description: it answers as described, and never fails."""

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, settings
from schemathesis.checks import (
    not_a_server_error,
)
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ocote.api.openapi import document as openapi
from ocote.web.limiter import RateLimiter
from tests.api.client import http_app
from tests.api.twin import KEY, TwinGateway, document, key_holder

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


schema = schemathesis.openapi.from_dict(json.loads(openapi()))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a live server with one document in it."""
    gateway = TwinGateway(callers={KEY: key_holder(per_minute=10**9, per_hour=10**9)})
    gateway.kept[1, "POS7-000915"] = document()
    app = http_app(gateway, RateLimiter.from_url("memory://"), allow_http=True)
    listening = socket.create_server(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(app, http="httptools", lifespan="off", access_log=False, log_config=None))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/api/connect"
    running.should_exit = True
    thread.join(timeout=10)
    listening.close()


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_described(case: schemathesis.Case[Any], server: str) -> None:
    case.call_and_validate(base_url=server, headers={"Authorization": f"Bearer {KEY}"}, checks=CHECKS)
