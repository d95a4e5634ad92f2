"""A story from the first lease to the last return, typed in, against a ledger made by hand.

The ledger, by the terms of jiyu-hodai; the price is 39,800 JPY before tax, of the contract of
2023-01-15, and tax is 10 % throughout::

    2023-01-15  D-1 goes out, 36 months of warranty
    2023-06-10  it breaks, used as prescribed, in warranty: the replacement is free (J-L2)
    2023-06-12  D-2 ships. D-1 is due back 14 days later: 12 + 14 = 26 June (J-L2, P1)
    2023-06-20  more time is given: until 10 July
    2023-07-15  D-1 is sent back, 5 days late: from 11 July the penalty is owed (J-L3):
                39,800 + 10 % of it, 3,980                                       = 43,780
    2023-07-31  paid
    2025-02-01  D-2 is lost. It inherits the contract's day: year 1 to 2024-01-15, year 2 to
                2025-01-15, so this is year 3, 40 % less (J-L5, J-L7):
                39,800 - 15,920 = 23,880; + 10 %, 2,388                          = 26,268
    2025-02-10  paid
    2025-02-12  D-3 ships; D-2 is done with, for it is lost
    2026-01-10  the customer cancels: the service ends at the end of the following month,
                2026-02-28 (J-L11), and D-3 is due back at the end of the one after, 2026-03-31
                (J-L10)
    2026-03-20  D-3 is sent back in time: nothing is owed
                                                                          together 70,048
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.leasing.desk import begin, due, lease, links, on, pending

if TYPE_CHECKING:
    from tests.workspaces import Office, Prepared

LEDGER = [
    ("D-1", "penalty", "2023-07-11", 43_780, "paid", "J-L3"),
    ("D-2", "damage", "2025-02-01", 26_268, "paid", "J-L5"),
]
TOGETHER = 70_048


@pytest.fixture
def office(prepared: Prepared) -> Office:
    return prepared(begin)


def ledger(office: Office) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for device in ("D-1", "D-2", "D-3"):
        for one in lease(office, "show", device)["charges"]:
            told = (one[key] for key in ("kind", "arises_on", "yen", "settled", "rule"))
            rows.append((device, *told))
    return rows


@pytest.mark.each_database
def test_from_the_first_lease_to_the_last_return(office: Office) -> None:
    told = lease(office, "fault", "D-1", "--on", "2023-06-10", "--cause", "normal")
    assert (told["state"], told["charges"], told["withdrawn"]) == ("fault-reported", [], None)

    told = lease(office, "ship", "D-1", "--replacement", "D-2", "--on", "2023-06-12")
    assert told["state"] == "return-due"
    assert due(told) == [("replacement-return", "2023-06-26", 43_780)]
    assert told["replacement"]["details"]["replaces"] == "D-1"
    assert told["replacement"]["details"]["contract_on"] == "2023-01-15"
    assert (told["moved"], told["kits"][0]["device"]) == (["acme/101"], "D-2")
    assert told["withdrawn"]["links_revoked"] == 1
    assert links(office) == {"D-1": "revoked", "D-2": "live"}
    assert on(office) == {"D-1": [], "D-2": ["acme/101"], "D-3": []}
    assert pending(office) == [("password", "device-replaced")]

    more = ("--until", "2023-07-10", "--reason", "travelling", "--on", "2023-06-20")
    assert due(lease(office, "extend", "D-1", *more)) == [
        ("replacement-return", "2023-07-10", 43_780)
    ]
    told = lease(office, "return", "D-1", "--on", "2023-07-15")
    assert (told["state"], told["charges"][0]["settled"]) == ("returned", None)
    assert told["charges"][0]["steps"] == ["sale price 39,800", "tax 10 % 3,980"]
    lease(office, "pay", "D-1", "--on", "2023-07-31")

    office.do("pbx", "done", "--all")
    told = lease(office, "lost", "D-2", "--on", "2025-02-01")
    assert (told["state"], told["withdrawn"]["why"]) == ("lost", "device-lost")
    assert told["charges"][0]["steps"] == [
        "sale price 39,800",
        "year 3: less 40 % = 23,880",
        "tax 10 % 2,388",
    ]
    assert links(office) == {"D-1": "revoked", "D-2": "revoked"}
    assert on(office)["D-2"] == []
    assert pending(office) == [("password", "device-lost")]

    assert lease(office, "pay", "D-2", "--on", "2025-02-10")["state"] == "charge-settled"
    told = lease(office, "ship", "D-2", "--replacement", "D-3", "--on", "2025-02-12")
    assert (told["state"], told["due"], told["moved"]) == ("closed", [], ["acme/101"])
    assert on(office)["D-3"] == ["acme/101"]
    assert links(office)["D-3"] == "live"

    ended = office.ask("contract", "cancel", "1", "--on", "2026-01-10").data
    assert ended["ends_on"] == "2026-02-28"
    assert [(one["device"], one["state"], due(one)) for one in ended["devices"]] == [
        ("D-3", "return-due", [("end-return", "2026-03-31", 43_780)])
    ]
    assert set(links(office).values()) == {"revoked"}
    assert on(office)["D-3"] == []

    told = lease(office, "return", "D-3", "--on", "2026-03-20")
    assert (told["state"], told["due"], told["charges"]) == ("returned", [], [])
    assert ledger(office) == LEDGER
    assert sum(row[3] for row in LEDGER) == TOGETHER


def test_the_whole_story_is_in_the_audit_trail(office: Office) -> None:
    lease(office, "lost", "D-1", "--on", "2023-06-10")
    lease(office, "correct", "D-1", "2", "--nothing", "--reason", "in the car")

    told = office.ask("audit", "--subject", "D-1").data["entries"]
    actions = [one["action"] for one in told]
    assert actions[-2:] == ["lease.lost", "lease.correct"]
    assert told[-2]["details"]["unassigned"] == ["acme/101"]
