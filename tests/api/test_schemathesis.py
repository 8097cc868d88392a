"""A live server under requests made from its own description: it answers as described, and never fails."""

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any, Final

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, settings
from schemathesis.checks import (
    not_a_server_error,
)
from schemathesis.core.result import Ok
from schemathesis.pytest.lazy import get_all_tests
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


_DESCRIBED: Final = json.loads(openapi())
_METHODS: Final = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
_OPERATIONS: Final = [
    f"{method.upper()} {path}" for path, item in _DESCRIBED["paths"].items() for method in _METHODS if method in item
]


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


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def _is_described(case: schemathesis.Case[Any], server: str) -> None:
    case.call_and_validate(base_url=server, headers={"Authorization": f"Bearer {KEY}"}, checks=CHECKS)


@pytest.mark.slow
@pytest.mark.parametrize("operation", _OPERATIONS)
def test_every_answer_is_described(operation: str, server: str) -> None:
    """The requests are chosen here, which takes seconds, and not while each process of pytest collects its tests."""
    schema = schemathesis.openapi.from_dict(_DESCRIBED).include(name=operation)
    (built,) = get_all_tests(schema=schema, test_func=_is_described, settings=None, given_kwargs=None)
    assert isinstance(built, Ok), built
    _, requests_are_answered = built.ok()
    requests_are_answered(server=server)
