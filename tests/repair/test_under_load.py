"""An account is repaired while phones fetch from the server: nothing else is touched."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from onhook.store.schema import link
from tests.delivery.phones import token_of
from tests.repair.conftest import DEVICES
from tests.repair.untouched import audit_grew, files, named, one_row, others
from tests.web.load import Phones
from tests.web.running import serving

if TYPE_CHECKING:
    from tests.workspaces import Office

pytestmark = [pytest.mark.in_ci, pytest.mark.each_database]

MOST = 100_000
MEANWHILE = 60
"""Configs that phones get before a repair, and after it."""


def issued_to_a_folder(office: Office) -> dict[tuple[str, str], str]:
    """Write every kit's files; return the path of each link, by account and device."""
    office.do("issue", "--all", "--out", office.home / "kits")
    with office.open().writing() as work:
        work.connection.execute(update(link).values(max_fetches=MOST))
    return {
        (extension, device): f"/k/{token_of(office, extension, device)}"
        for device, extension in DEVICES
    }


@pytest.mark.parametrize(
    ("words", "devices"),
    [
        (("--device", "D-2"), {"D-2"}),
        (("--device", "D-2", "--new-password"), {"D-2"}),
        (("--compromised",), {"D-2", "D-3"}),
    ],
)
def test_a_reissue_amid_load_touches_only_its_own_account(
    office: Office, words: tuple[str, ...], devices: set[str]
) -> None:
    paths = issued_to_a_folder(office)
    kits = office.home / "kits"
    written, before = files(kits), office.rows()
    own = {path for (_, device), path in paths.items() if device in devices}

    with serving(office, None) as served, Phones(served.address, paths.values(), MOST) as phones:
        phones.await_more(MEANWHILE)
        office.do("reissue", "102", "--reason", "new phone", *words, "--out", kits)
        fresh = [f"/k/{token_of(office, '102', device)}" for device in sorted(devices)]
        with Phones(served.address, fresh, MOST) as renewed:
            phones.await_more(MEANWHILE)
            renewed.await_end()

    assert phones.dead == own, "the old links died, and no other"
    assert set(renewed.got.values()) == {5}, "as often as a new link may be fetched"
    assert all(len(bodies) == 1 for bodies in (phones.bodies | renewed.bodies).values())
    assert all(renewed.bodies[one] != phones.bodies[other] for one in fresh for other in own)
    after = office.rows()
    account = one_row(before, "account", extension="102")["id"]
    kit_of = {named("kit", row)["device_id"]: row[0] for row in before["kit"]}
    mine = [kit_of[device] for device in devices]
    counted = {"link": "fetches"}  # what phones got is compared by itself
    kept = others(after, account, mine, without=counted)
    fetched = Counter(named("visit", row)["kit_id"] for row in kept.pop("visit"))
    assert kept | {"visit": []} == others(before, account, mine, without=counted)
    for (_, device), path in paths.items():
        if path not in own:
            count = one_row(after, "link", kit_id=kit_of[device], revoked_at=None)["fetches"]
            assert phones.got[path] == count == fetched[kit_of[device]]
    assert {entry["subject"] for entry in audit_grew(before, after)} == {"acme/102"}
    changed = {name for name, file in files(kits).items() if written.get(name) != file}
    assert {name.partition("/")[2].partition("/")[0] for name in changed} - {""} == {
        f"102-{device}" for device in devices
    }
