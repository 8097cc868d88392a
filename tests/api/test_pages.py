"""The public pages need no key, load nothing from outside and are served by ourselves."""

import re

import pytest

from ocote.api.pages import public_pages
from tests.api.client import client_of
from tests.api.twin import TwinGateway


@pytest.mark.parametrize("path", [path.decode() for path in public_pages()])
async def test_every_page_is_open_but_only_over_https(path: str) -> None:
    gateway = TwinGateway()

    assert (await client_of(gateway, key=None).get(f"/api/connect{path}")).status == 200
    assert (await client_of(gateway, key=None, scheme="http").get(f"/api/connect{path}")).status == 403


async def test_the_reader_has_a_strict_policy_and_no_code_of_its_own_inside() -> None:
    page = await client_of(TwinGateway(), key=None).get("/api/connect/docs")

    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?://", page.body.decode())
    assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=", page.body.decode())


async def test_everything_that_the_reader_names_is_there() -> None:
    client = client_of(TwinGateway(), key=None)
    page = (await client.get("/api/connect/docs")).body.decode()

    for name in re.findall(r'(?:src|href)="(?!data:)([^"]+)"', page):
        assert (await client.get(f"/api/connect/{name}")).status == 200


async def test_pages_are_only_read() -> None:
    reply = await client_of(TwinGateway(), key=None).send("POST", "/api/connect/docs", b"", {})

    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD")
