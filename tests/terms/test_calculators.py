"""`onhook terms`: the guide to the letter, JSON, and what cannot be computed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.workspaces import Office

GUIDE = (Path(__file__).parents[2] / "docs" / "terms.md").read_text(encoding="utf-8")
SESSION = re.compile(r"```console\n\$ onhook ([^\n]*)\n(.*?)```", re.DOTALL)
MOBILE = ("--service", "biglobe-mobile")
CALCULATORS = (
    "outage-credit",
    "late-interest",
    "evasion",
    "debit-date",
    "cancel-date",
    "claim-by",
    "deposit-return",
)


@pytest.mark.parametrize(("typed", "shown"), SESSION.findall(GUIDE), ids=lambda text: text[:40])
def test_the_guide_shows_what_comes_out(nowhere: Office, typed: str, shown: str) -> None:
    assert nowhere.run(*shlex.split(typed)).said == shown


def test_the_guide_shows_every_calculator() -> None:
    shown = {typed.split()[1] for typed, _ in SESSION.findall(GUIDE)}

    assert shown == set(CALCULATORS)


def test_json_tells_result_reasoning_and_rule(nowhere: Office) -> None:
    ran = nowhere.ask("terms", "cancel-date", "2027-01-10")

    assert ran.data == {
        "service": "jiyu-hodai",
        "results": [
            {
                "result": "end",
                "ends_on": "2027-02-28",
                "billed_until": "2027-02-28",
                "rule": "J-L11",
                "steps": [
                    "asked for on 2027-01-10: the service ends with the following month",
                ],
            },
            {
                "result": "return",
                "by": "2027-03-31",
                "rule": "J-L10, J-L13",
                "steps": ["the end of the month after that of 2027-02-28"],
            },
        ],
    }


def test_the_workspaces_service_is_asked_unless_another_is_named(mobile: Office) -> None:
    def service(*more: str) -> str:
        return str(mobile.ask("terms", "cancel-date", "2027-01-10", *more).data["service"])

    assert service() == "biglobe-mobile"
    assert service("--service", "jiyu-hodai") == "jiyu-hodai"


def test_an_operators_service_is_known_without_a_workspace(nowhere: Office) -> None:
    text = (Path(__file__).parents[2] / "docs/services.md").read_text(encoding="utf-8")
    example = text.partition("```toml\n")[2].partition("```\n")[0]
    (nowhere.folder / "services").mkdir(parents=True)
    (nowhere.folder / "services/acme-phone.toml").write_text(example, encoding="utf-8")

    ran = nowhere.ask("terms", "cancel-date", "2027-01-10", "--service", "acme-phone")

    assert ran.data["results"][0]["ends_on"] == "2027-01-31"


def test_a_service_that_compensates_and_one_that_credits(nowhere: Office) -> None:
    when = ("--from", "2027-03-01 09:00", "--to", "2027-03-04 09:00", "--fee", "310")
    credit = nowhere.ask("terms", "outage-credit", *when)
    limit = nowhere.ask("terms", "outage-credit", *when, "--calls", "3620", *MOBILE)

    assert [(one["result"], one["yen"]) for one in credit.data["results"]] == [("credit", 310)]
    assert [(one["result"], one["yen"]) for one in limit.data["results"]] == [("compensation", 99)]


def test_bills_that_all_wait_are_told(nowhere: Office) -> None:
    ran = nowhere.ask("terms", "debit-date", "2026-10=400", "2026-11=599", *MOBILE)

    assert ran.data == {"service": "biglobe-mobile", "results": [], "waiting_yen": 999}
    assert nowhere.run("terms", "debit-date", "2026-10=1", *MOBILE).out == "still waiting: 1 JPY\n"


def test_months_may_be_written_in_full_width(nowhere: Office) -> None:
    ran = nowhere.ask("terms", "debit-date", "令和８年１０月＝１，０００円", *MOBILE)

    assert [one["yen"] for one in ran.data["results"]] == [1000]


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("late-interest", "5", "--due", "2027-1-1", "--paid", "2027-1-9"), 6, "not-agreed"),
        (("outage-credit", "--from", "2027-1-1 9:00", "--fee", "1", "--to", "2027-1-1 8:00"), 3,
         "outage-ends-first"),
        (("outage-credit", "--from", "2027-1-1", "--to", "2027-1-2", "--fee", "1"), 3,
         "time-unreadable"),
        (("outage-credit", "--from", "2027-1-1 9:00", "--from", "2027-1-1 9:00", "--to",
          "2027-1-2 9:00", "--fee", "1"), 2, "outage-incomplete"),
        (("evasion", "-5", "--on", "2027-1-1", *MOBILE), 2, None),
        (("evasion", "5.5", "--on", "2027-1-1", *MOBILE), 3, "yen-unreadable"),
        (("evasion", "5", "--on", "1990-1-1", *MOBILE), 3, "tax-rate-unknown"),
        (("debit-date", "2026-11=5", "2026-12", *MOBILE), 2, "bills-incomplete"),
        (("debit-date", "November", *MOBILE), 3, "month-unreadable"),
        (("cancel-date", "2027-02-29"), 3, "day-unreadable"),
        (("claim-by", "2027-02-28", "--service", "nobody"), 4, "service-not-found"),
        (("deposit-return", "2027-02-28", "--deposit", "1", *MOBILE), 6, "not-agreed"),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_told(
    nowhere: Office, words: tuple[str, ...], code: int, error: str | None
) -> None:
    ran = nowhere.ask("terms", *words)

    assert ran.code == code
    if error is not None:
        assert ran.codes == [error]


def test_a_service_that_promises_nothing_for_outages_says_so(nowhere: Office) -> None:
    text = (Path(__file__).parents[2] / "docs/services.md").read_text(encoding="utf-8")
    example = text.partition("```toml\n")[2].partition("```\n")[0]
    (nowhere.folder / "services").mkdir(parents=True)
    (nowhere.folder / "services/acme-phone.toml").write_text(example, encoding="utf-8")
    when = ("--from", "2027-03-01 09:00", "--to", "2027-03-04 09:00", "--fee", "310")

    for words in (("outage-credit", *when), ("claim-by", "2027-01-01")):
        ran = nowhere.ask("terms", *words, "--service", "acme-phone")
        assert ran.codes == ["not-agreed"]
