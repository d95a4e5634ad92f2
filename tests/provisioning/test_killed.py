"""Killed at any moment, an import takes all rows or none; the same import again completes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.killing import Killer

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import Popen

    from tests.workspaces import Office

pytestmark = [pytest.mark.each_database, pytest.mark.slow]

MANY = 200


def people(office: Office, wave: str) -> Path:
    """Write a list in which everybody's auth id begins with `wave`."""
    header = ("extension", "auth_id", "password")
    rows = [(str(n), f"{wave}-{n}", f"Pw-{n:06}") for n in range(1000, 1000 + MANY)]
    return office.table(f"{wave}.csv", header, *rows)


def phones(office: Office, level: str) -> Path:
    header = ("device", "platform", "level", "extension")
    rows = [(f"D-{n}", "ios", level, str(n)) for n in range(1000, 1000 + MANY)]
    return office.table(f"{level}.csv", header, *rows)


def waves(office: Office) -> set[str]:
    rows = office.rows()
    assert len(rows["account"]) == len(rows["contract"]) * MANY
    return {row[4].partition("-")[0] for row in rows["account"]}


def levels(office: Office) -> set[str]:
    rows = office.rows()
    assert len(rows["assignment"]) == len(rows["device"])
    assert len(rows["device"]) in (0, MANY)
    return {str(row[5]) for row in rows["device"]}


def test_killed_import_of_accounts_takes_all_rows_or_none(acme: Office, forker: Popen[str]) -> None:
    killer, taken = Killer(forker, acme.environment, acme.home), set[str]()
    for number in killer.rounds():
        wave = f"v{number}"
        file = people(acme, wave)
        hit = killer.kill("account", "import", file)
        assert waves(acme) in ((taken, {wave}) if hit else ({wave},))
        counts = acme.ask("account", "import", file).data["counts"]
        assert (counts["refused"], counts["new"]) == (
            0,
            0 if taken or counts["unchanged"] else MANY,
        )
        taken = {wave}
        assert waves(acme) == taken


def test_killed_import_of_devices_takes_all_rows_or_none(acme: Office, forker: Popen[str]) -> None:
    acme.do("account", "import", people(acme, "one"))
    killer, taken = Killer(forker, acme.environment, acme.home), set[str]()
    for number in killer.rounds():
        level = f"17.{number + 1}"
        file = phones(acme, level)
        hit = killer.kill("device", "import", file)
        assert levels(acme) in ((taken, {level}) if hit else ({level},))
        acme.do("device", "import", file)
        taken = {level}
        assert levels(acme) == taken


def register(office: Office, model: str) -> Path:
    """Write a register whose devices, all of a model, have gone out; of each a little happened."""
    header = ("device", "platform", "price", "start", "warranty_months", "model", "ended_on")
    out = ("ios", "39800", "2024-03-01", "12", model, "2024-09-30")
    return office.table(f"{model}.csv", header, *((f"L-{n}", *out) for n in range(MANY)))


def models(office: Office) -> set[str]:
    """Return the models there are; each device is whole, with its events and its lease."""
    rows = office.rows()
    assert len(rows["device"]) in (0, MANY)
    assert len(rows["lease"]) == len(rows["device"])
    assert len(rows["lease_event"]) == 2 * len(rows["device"])
    return {row[3] for row in rows["device"]}


def test_killed_import_of_leases_takes_all_rows_or_none(acme: Office, forker: Popen[str]) -> None:
    acme.do("contract", "start", "--on", "2020-01-01")
    small = {"onhook.leasing.importing:_AT_ONCE": 30}  # several lots, in each of which it may die
    killer, taken = Killer(forker, acme.environment, acme.home, sizes=small), set[str]()
    for number in killer.rounds():
        model = f"v{number}"
        file = register(acme, model)
        hit = killer.kill("lease", "import", file)
        assert models(acme) in ((taken, {model}) if hit else ({model},))
        counts = acme.ask("lease", "import", file).data["counts"]
        assert counts["refused"] == 0
        taken = {model}
        assert models(acme) == taken
