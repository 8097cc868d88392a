"""What the audit log says of a company that was registered or renewed."""

from pathlib import Path

import msgspec

from ocote.clock import system_clock
from ocote.companies.file.parse import read_company_file
from ocote.companies.registry import add_company, find_company, switch_company
from ocote.store.audit_reading import audit_chain
from ocote.store.engine.opening import open_store
from ocote.vault import Vault, new_secret
from tests.builders.company import BY, NIT, write_company


async def test_a_renewed_company_shows_the_values_that_changed_and_no_secret(database_url: str, tmp_path: Path) -> None:
    vault = Vault.from_secret(new_secret())
    path = write_company(tmp_path)
    described = read_company_file(path)
    async with open_store(database_url) as store:
        await add_company(store, vault, described, system_clock, BY)
        path.write_text(
            path.read_text(encoding="utf-8").replace('phone = "22220000"', 'phone = "22221111"')
            + '[[branch.pos]]\ncode = "P002"\nnext_number = { "01" = 1094 }\n',
            encoding="utf-8",
        )
        await add_company(store, vault, read_company_file(path), system_clock, BY)
        await switch_company(store, system_clock, await find_company(store, NIT), BY, active=False)
        made, renewed, number, disabled = await store.read(audit_chain, 0, 10)
    assert [row.act for row in (made, renewed, number, disabled)] == [
        "company_saved",
        "company_saved",
        "number_set",
        "company_disabled",
    ]
    assert {(row.author, row.address, row.company_id) for row in (made, renewed, number, disabled)} == {
        ("prueba", "terminal", 1)
    }
    assert msgspec.json.decode(renewed.before) == {"phone": "22220000", "points": ["M001P001"]}
    assert msgspec.json.decode(renewed.after) == {"phone": "22221111", "points": ["M001P001", "M001P002"]}
    assert (number.subject, number.before, number.after) == (
        f"M001P002, tipo 01, {number.at[:4]}",
        '{"next":1}',
        '{"next":1094}',
    )
    assert msgspec.json.decode(made.before) == {}
    for secret in (described.mh_password, described.certificate_password):
        assert secret not in made.after
