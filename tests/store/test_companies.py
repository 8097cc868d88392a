"""Companies and keys as the database returns them."""

import pytest

from ocote.store.companies import (
    NewCompany,
    NewKey,
    PointOfSaleRow,
    all_companies,
    all_keys,
    companies_by_nit,
    company_by_id,
    end_key,
    insert_key,
    key_holder_of,
    points_of_sale,
    registered_companies,
    save_company,
    set_company_active,
)
from ocote.store.engine.opening import open_store
from tests.databases import Databases

NOON = "2026-11-20T18:00:00.000000Z"
LATER = "2026-11-20T19:00:00.000000Z"

COMPANY = NewCompany(
    nit="06149999990012",
    environment="00",
    name="Comercial El Ejemplo",
    profile="{}",
    mh_user="usuario",
    mh_password=b"sealed password",
    private_key=b"sealed key",
    certificate_fingerprint="f" * 64,
    certificate_valid_until=None,
    smtp=None,
    now=NOON,
)
KEY = NewKey(1, "odt_00000000", "5" * 64, "M001", "P001", 120, 5000, NOON)
TILL = PointOfSaleRow("M001", "P001", "02")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, all_databases: Databases) -> str:
    return all_databases.sqlite() if request.param == "sqlite" else all_databases.postgres()


async def test_companies_points_of_sale_and_keys_have_typed_rows_on_both_databases(url: str) -> None:
    async with open_store(url) as store:
        company_id = (await store.write(save_company, COMPANY, (TILL,))).id
        company = await store.read(company_by_id, company_id)
        assert company is not None
        assert (company.nit, company.mh_password, company.smtp, company.active) == (
            COMPANY.nit,
            b"sealed password",
            None,
            True,
        )
        assert await store.read(all_companies) == await store.read(companies_by_nit, COMPANY.nit) == [company]
        registered = await store.read(registered_companies)
        assert {key: company.updated_at for key, company in registered.items()} == {company_id: NOON}
        assert await store.read(points_of_sale, company_id) == [TILL]
        await store.write(insert_key, KEY)
        [listed] = await store.read(all_keys)
        assert (listed.prefix, listed.per_hour, listed.disabled_at, listed.name) == (
            "odt_00000000",
            5000,
            None,
            COMPANY.name,
        )


async def test_a_key_holder_says_whether_the_company_is_active_until_the_key_is_ended(url: str) -> None:
    async with open_store(url) as store:
        company_id = (await store.write(save_company, COMPANY, (TILL,))).id
        await store.write(insert_key, KEY)
        holder = await store.read(key_holder_of, KEY.sha256)
        assert holder is not None
        assert (holder.company_id, holder.environment, holder.active) == (company_id, "00", True)
        await store.write(set_company_active, company_id, LATER, active=False)
        holder = await store.read(key_holder_of, KEY.sha256)
        assert holder is not None
        assert (holder.active, holder.updated_at) == (False, LATER)
        assert await store.write(end_key, KEY.prefix, LATER) is not None
        assert await store.write(end_key, KEY.prefix, LATER) is None
        assert await store.read(key_holder_of, KEY.sha256) is None


async def test_not_even_a_sealed_secret_is_in_the_repr_of_a_company(all_databases: Databases) -> None:
    async with open_store(all_databases.sqlite()) as store:
        company_id = (await store.write(save_company, COMPANY, (TILL,))).id
        company = await store.read(company_by_id, company_id)
    assert "sealed" not in repr(company)
    assert "sealed" not in repr(COMPANY)
