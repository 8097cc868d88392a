"""Catalogs answer bare arrays, found whatever the case and the accents (contract 14, D27)."""

from uuid import UUID

import pytest

from ocote.api import catalog_search
from tests.api.client import Client, client_of
from tests.api.twin import TwinGateway

CATALOGS = "/api/connect/catalogs"


@pytest.fixture
def client() -> Client:
    return client_of(TwinGateway())


class TestActivities:
    async def test_are_the_first_fifty_by_code_without_a_search(self, client: Client) -> None:
        found = (await client.get(f"{CATALOGS}/activities")).json

        assert len(found) == 50
        assert found[0] == {"code": "01111", "description": "Cultivo de cereales excepto arroz y para forrajes"}
        assert [each["code"] for each in found] == sorted(each["code"] for each in found)

    @pytest.mark.parametrize("search", ["programaci%C3%B3n%20inform", "PROGRAMACION%20INFORM", "62010", "6201"])
    async def test_are_found_by_code_or_words(self, client: Client, search: str) -> None:
        found = (await client.get(f"{CATALOGS}/activities?search={search}")).json

        assert {"code": "62010", "description": "Programación Informática"} in found

    @pytest.mark.parametrize("search", ["%25", "_", "%27%20OR%201%3D1--", "x" * 200, "%00", ".*"])
    async def test_take_every_search_to_the_letter(self, client: Client, search: str) -> None:
        reply = await client.get(f"{CATALOGS}/activities?search={search}")

        assert (reply.status, reply.json) == (200, [])


class TestDepartments:
    async def test_are_fourteen_with_forty_four_municipalities(self, client: Client) -> None:
        found = (await client.get(f"{CATALOGS}/departments")).json

        assert len(found) == 14
        assert sum(len(each["municipalities"]) for each in found) == 44
        assert list(found[0]) == ["code", "name", "municipalities"]

    async def test_a_hit_on_a_department_shows_all_of_it(self, client: Client) -> None:
        (found,) = (await client.get(f"{CATALOGS}/departments?search=ahuachap%C3%A1n")).json

        assert (found["code"], found["name"]) == ("01", "AHUACHAPÁN")
        assert [each["code"] for each in found["municipalities"]] == ["0113", "0114", "0115"]

    async def test_a_hit_on_a_municipality_shows_that_one(self, client: Client) -> None:
        (found,) = (await client.get(f"{CATALOGS}/departments?search=usulutan%20norte")).json

        assert found["municipalities"] == [{"code": "1124", "short_code": "24", "name": "USULUTAN NORTE"}]


class TestDistricts:
    async def test_carry_all_that_an_address_needs(self, client: Client) -> None:
        (found,) = (await client.get(f"{CATALOGS}/districts/search?search=santiago%20de%20maria")).json

        assert UUID(found["id"])
        assert found == {
            "id": found["id"],
            "name": "SANTIAGO DE MARÍA",
            "municipality": {"code": "1124", "short_code": "24", "name": "USULUTAN NORTE"},
            "department": {"code": "11", "name": "USULUTÁN"},
            "code": "1121",
            "short_code": "21",
        }

    async def test_have_identifiers_that_never_change(self) -> None:
        (found,) = catalog_search.search_districts("santiago de maria")

        assert found.id == "1451424d-22d7-590e-a561-c368487b7413"

    async def test_may_be_asked_with_q(self, client: Client) -> None:
        assert (await client.get(f"{CATALOGS}/districts/search?q=Ilobasco")).json[0]["department"]["code"] == "09"

    async def test_are_fifty_at_most(self, client: Client) -> None:
        assert len((await client.get(f"{CATALOGS}/districts/search?search=an")).json) == 50

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("", "field_required"),
            ("?search=", "field_required"),
            ("?search=a", "search_too_short"),
            ("?q=%20a%20", "search_too_short"),
        ],
    )
    async def test_need_two_characters(self, client: Client, query: str, code: str) -> None:
        reply = await client.get(f"{CATALOGS}/districts/search{query}")

        assert (reply.status, reply.code) == (400, code)


class TestEverySearch:
    @pytest.mark.parametrize(
        ("path", "field"),
        [
            ("activities?search=", "search"),
            ("departments?search=", "search"),
            ("districts/search?search=", "search"),
            ("districts/search?q=", "q"),
            ("countries?search=", "search"),
        ],
    )
    async def test_is_refused_before_a_long_text_is_folded(self, client: Client, path: str, field: str) -> None:
        longest = "a" * catalog_search.MAX_SEARCH
        marks = "%CC%81%CC%96" * catalog_search.MAX_SEARCH

        assert (await client.get(f"{CATALOGS}/{path}{longest}")).status == 200
        reply = await client.get(f"{CATALOGS}/{path}{marks}")

        assert (reply.status, reply.code) == (400, "text_too_long")
        assert [each["field"] for each in reply.json["errors"]] == [field]


class TestOtherCatalogs:
    @pytest.mark.parametrize("name", catalog_search.names())
    async def test_are_served_whole(self, client: Client, name: str) -> None:
        found = (await client.get(f"{CATALOGS}/{name}")).json

        assert found
        assert all(set(each) == {"code", "description"} for each in found)

    async def test_payment_methods_are_those_of_the_contract(self, client: Client) -> None:
        found = (await client.get(f"{CATALOGS}/payment-methods")).json

        assert [each["code"] for each in found] == [
            "01", "02", "03", "04", "05", "08", "09", "11", "12", "13", "14", "99",
        ]  # fmt: skip

    async def test_may_be_searched(self, client: Client) -> None:
        found = (await client.get(f"{CATALOGS}/countries?search=alemania")).json

        assert found == [{"code": "DE", "description": "Alemania"}]

    @pytest.mark.parametrize("name", ["unknown", "cat-020-countries", "..%2F..%2Fetc", "x" * 200, "%00", ""])
    async def test_of_another_name_do_not_exist(self, client: Client, name: str) -> None:
        reply = await client.get(f"{CATALOGS}/{name}")

        assert (reply.status, reply.code) == (404, "catalog_unknown")
        assert ", payment-methods, " in reply.detail

    async def test_need_a_key_and_count_as_calls(self, client: Client) -> None:
        assert (await client_of(TwinGateway(), key=None).get(f"{CATALOGS}/units")).status == 401
        assert (await client.get(f"{CATALOGS}/units")).headers["x-ratelimit-remaining-minute"] == "119"
