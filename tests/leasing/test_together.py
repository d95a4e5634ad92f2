"""Two administrators at once, in two processes: no event is lost, and none is applied twice."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.leasing.desk import history, lease, on, pending

if TYPE_CHECKING:
    from tests.workspaces import Office, Prepared

LEASED = [f"D-{number}" for number in range(1, 7)]
BROKEN = [f"E-{number}" for number in range(1, 7)]
LOST = [("lost", device, "--on", "2025-02-01") for device in LEASED]
FAULTS = [("fault", device, "--on", "2025-02-01", "--cause", "normal") for device in BROKEN]
RETURNS = [("return", device, "--on", "2025-02-08") for device in BROKEN]
DESK = """
import contextlib, io, json, sys
from onhook_cli.main import run

def typed(words):
    sys.argv = ["onhook", "lease", *words, "--json"]
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            run()
        except SystemExit as ended:
            return ended.code or 0
    return 0

print("ready", flush=True)
print(json.dumps([typed(words) for words in json.loads(sys.stdin.readline())]))
"""


def begin(acme: Office) -> None:
    """Lend twelve devices; on the first is 101 with a kit."""
    acme.do("contract", "start", "--on", "2023-01-15")
    acme.accounts("101")
    header = ("device", "platform", "level", "price", "start", "warranty_months")
    rows = [(one, "ios", "17.2", "39800", "2024-01-15", "36") for one in (*LEASED, *BROKEN)]
    acme.do("lease", "import", acme.table("register.csv", header, *rows))
    acme.do("device", "assign", "D-1", "101")
    acme.do("issue", "101")


def at_once(office: Office, *desks: list[tuple[str, ...]]) -> list[list[int]]:
    """Type what each desk has to type, all desks at once; return the exit codes of each."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", DESK],
            env=office.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in desks
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    for process, words in zip(processes, desks, strict=True):
        assert process.stdin is not None
        process.stdin.write(json.dumps(words) + "\n")
        process.stdin.flush()
    return [json.loads(process.communicate()[0]) for process in processes]


@pytest.mark.in_ci
@pytest.mark.each_database
def test_two_administrators_lose_no_event_and_apply_none_twice(prepared: Prepared) -> None:
    office = prepared(begin)
    first, second = at_once(office, [*LOST, *FAULTS], [*LOST, *RETURNS])

    for codes in zip(first[: len(LOST)], second[: len(LOST)], strict=True):
        assert sorted(codes) == [0, 5]  # the other is told that it is recorded already
    assert first[len(LOST) :] == second[len(LOST) :] == [0] * len(BROKEN)
    for device in LEASED:
        assert [step for _, step, _, _ in history(office, device)] == ["start", "lost"]
    for device in BROKEN:
        assert {step for _, step, _, _ in history(office, device)} == {"start", "fault", "return"}
        assert lease(office, "show", device)["state"] == "fault-reported"
    assert (on(office)["D-1"], pending(office)) == ([], [("password", "device-lost")])
