"""What falls due is told in time, once before and once on the day, to whom it concerns."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from tests.killing import run_forked
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import Popen

    from tests.mailing.server import MailServer
    from tests.workspaces import Office, Prepared

BOSS, DEPUTY = "lease@acme.example", "deputy@acme.example"
STARTED = date(2026, 1, 15)
ENDS = date(2027, 1, 15)
"""Last day of a warranty of twelve months from then on (P2)."""


def lend(acme: Office) -> None:
    acme.do(
        "customer", "set", "acme", "--name", "株式会社さくら電機", "--mail", "office@sakura.example"
    )
    acme.do("customer", "add", "sakura", "--name", "さくら商事")
    acme.do("contract", "start", "--customer", "acme", "--on", "2025-12-01")
    for number in range(1, 4):
        words = ("--platform", "android", "--level", "14", "--model", "AQUOS sense8")
        acme.do("device", "add", f"D-{number}", *words, "--customer", "acme")
        lent = ("--price", "39800", "--warranty-months", "12")
        on = STARTED + timedelta(days=number - 1)
        acme.do("lease", "start", f"D-{number}", *lent, "--on", on)


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office whose three warranties end on three days, the first on `ENDS`."""
    return prepared(lend)


@pytest.fixture
def mailing(mailing: MailServer, office: Office) -> MailServer:
    """Return the server, with a lease administrator who is told a week before."""
    office.variables.update({"ONHOOK_NOTIFY_TO": BOSS, "ONHOOK_NOTIFY_DAYS": "7"})
    return mailing


def told(server: MailServer) -> list[str]:
    """Return the devices that each mail names."""
    return ["".join(sign for sign in "123" if f"D-{sign}" in one.text()) for one in server.received]


def each_day(office: Office, first: date, last: date) -> None:
    for ahead in range((last - first).days + 1):
        office.do("notify", "--due", "--today", first + timedelta(days=ahead))


def test_each_deadline_is_told_once_before_and_once_on_its_day(
    office: Office, mailing: MailServer
) -> None:
    days = thorough(10, 7)
    each_day(office, ENDS - timedelta(days=days), ENDS + timedelta(days=2))

    assert told(mailing) == ["1", "2", "3", "1", "2", "3"]
    assert set(mailing.recipients) == {BOSS}


def test_what_is_new_since_the_last_mail_goes_into_one(office: Office, mailing: MailServer) -> None:
    office.do("notify", "--due", "--today", ENDS - timedelta(days=2))
    office.do("notify", "--due", "--today", ENDS - timedelta(days=2))
    office.do("notify", "--due", "--today", ENDS)

    assert told(mailing) == ["123", "1"]


def test_after_days_on_which_the_machine_was_off_nothing_is_missed(
    office: Office, mailing: MailServer
) -> None:
    office.do("notify", "--due", "--today", ENDS - timedelta(days=30))
    office.do("notify", "--due", "--today", ENDS + timedelta(days=1))

    assert told(mailing) == ["23"]  # the first warranty is over: nothing is to be done any more


@pytest.mark.in_ci
def test_within_says_how_many_days_before(office: Office, mailing: MailServer) -> None:
    office.do("notify", "--due", "--today", ENDS - timedelta(days=20), "--within", "20")
    assert told(mailing) == ["1"]
    ran = office.do("notify", "--due", "--today", ENDS - timedelta(days=20), "--within", "0")
    assert "no mail was needed" in ran.out


def test_the_mail_says_what_falls_due_when_and_what_comes_of_missing_it(
    office: Office, mailing: MailServer
) -> None:
    office.do("notify", "--due", "--today", ENDS)
    office.variables["ONHOOK_NOTIFY_TO"] = DEPUTY
    office.do("notify", "--due", "--today", ENDS, "--lang", "en")
    japanese, english = mailing.received

    assert japanese.message["Subject"] == "貸与端末の期限のお知らせ：3件（うち本日・超過 1件）"
    for text in (
        "2027年1月15日 (本日)",
        "2027年1月17日 (あと2日)",
        "AQUOS sense8",
        "保証期間の終了",
    ):
        assert text in japanese.text()
    for text in ("15 Jan 2027 (today)", "the warranty ends (J-L1)", "days left: 2", "acme"):
        assert text in english.text()
        assert text.split(" (", maxsplit=1)[0] in english.text("html")


@pytest.mark.in_ci
def test_administrators_are_told_each_by_themselves(office: Office, mailing: MailServer) -> None:
    office.variables["ONHOOK_NOTIFY_TO"] = f"{BOSS}, {DEPUTY}"
    office.do("notify", "--due", "--today", ENDS)
    office.do("notify", "--due", "--today", ENDS)

    assert mailing.recipients == [BOSS, DEPUTY]


def test_customers_are_told_what_is_theirs_where_so_set(
    office: Office, mailing: MailServer
) -> None:
    office.variables.update({"ONHOOK_NOTIFY_CUSTOMERS": "true", "ONHOOK_NOTIFY_TO": ""})
    office.do("notify", "--due", "--today", ENDS)
    (one,) = mailing.received

    assert one.to == "office@sakura.example"
    assert "株式会社さくら電機 ご担当者様" in one.text()
    assert "お問い合わせ" in one.text()
    office.do("customer", "set", "acme", "--language", "en")
    office.do("notify", "--due", "--today", ENDS + timedelta(days=1))
    assert "Deadlines of your devices: 1" in mailing.received[-1].message["Subject"]


@pytest.mark.in_ci
def test_a_customer_who_cannot_be_told_is_named(office: Office, mailing: MailServer) -> None:
    words = ("--customer", "sakura")
    office.do("contract", "start", *words, "--on", "2025-12-01")
    office.do("device", "add", "S-1", "--platform", "ios", *words)
    lent = ("--price", "1", "--warranty-months", "12", "--on", STARTED)
    office.do("lease", "start", "S-1", *lent)
    office.variables["ONHOOK_NOTIFY_CUSTOMERS"] = "true"
    ran = office.ask("notify", "--due", "--today", ENDS)

    assert (ran.code, ran.codes) == (6, ["no-customer-mail"])
    assert mailing.recipients == [BOSS, "office@sakura.example"]


@pytest.mark.in_ci
def test_a_dry_run_tells_nobody(office: Office, mailing: MailServer) -> None:
    before = office.rows()
    words = ("notify", "--due", "--today", ENDS)
    office.do(*words, "--dry-run", "--out", office.home / "eml")

    assert [path.name for path in (office.home / "eml").iterdir()] == ["due-1.eml"]
    assert office.rows() == before
    assert mailing.received == []
    office.do(*words)
    assert mailing.recipients == [BOSS]


def test_what_is_missing_is_told(office: Office, mailing: MailServer) -> None:
    assert mailing.received == []
    assert office.run("notify").code == 2
    ran = office.ask("notify", "--due", ONHOOK_NOTIFY_TO="")
    assert (ran.code, ran.codes) == (6, ["mail-server-unset"])
    assert "notify.to" in ran.out
    assert office.run("notify", "--due", "--out", "x").code == 2
    assert office.run("notify", "--due", "--today", "soon").code == 3


@pytest.mark.in_ci
def test_a_refused_mail_is_tried_again_the_next_day(
    office: Office, mailing: MailServer, server_with: Callable[..., MailServer]
) -> None:
    strict = server_with(answers={BOSS: "550 5.1.1 nobody here"})
    refused = {**strict.variables, "ONHOOK_NOTIFY_TO": BOSS}
    ran = office.ask("notify", "--due", "--today", ENDS, **refused)
    assert ran.codes == ["mail-refused"]
    office.do("notify", "--due", "--today", ENDS)
    assert told(mailing) == ["123"]


@pytest.mark.in_ci
def test_a_doubtful_mail_is_told_each_day_and_not_sent_twice(
    office: Office, mailing: MailServer, server_with: Callable[..., MailServer]
) -> None:
    cut = server_with(drops=[BOSS])
    ran = office.ask("notify", "--due", "--today", ENDS, **cut.variables)
    assert ran.codes == ["mail-unsure"]
    ran = office.ask("notify", "--due", "--today", ENDS + timedelta(days=1))
    assert ran.codes == ["mail-unsure"]
    assert "onhook notify --due --again" in ran.out
    assert told(mailing) == ["2"]
    office.do("notify", "--due", "--today", ENDS, "--again")
    office.do("notify", "--due", "--today", ENDS)
    assert told(mailing) == ["2", "123"]


@pytest.mark.in_ci
def test_killed_and_started_again_each_deadline_is_told_once(
    office: Office, mailing: MailServer, forker: Popen[str]
) -> None:
    office.variables["ONHOOK_NOTIFY_TO"] = f"{BOSS}, {DEPUTY}"
    where = {"environment": office.environment, "folder": str(office.home)}
    words = ("notify", "--due", "--today", str(ENDS))
    run_forked(forker, words, **where, after_s=0.25)
    office.do(*words)

    assert Counter(mailing.recipients) == Counter([BOSS, DEPUTY])


@pytest.mark.in_ci
def test_an_administrator_who_is_the_customer_gets_both(
    office: Office, mailing: MailServer
) -> None:
    at_both = "office@sakura.example"
    office.variables.update({"ONHOOK_NOTIFY_TO": f"{at_both}, {at_both}"})
    office.variables["ONHOOK_NOTIFY_CUSTOMERS"] = "true"
    office.do("notify", "--due", "--today", ENDS)
    office.do("notify", "--due", "--today", ENDS)

    assert mailing.recipients == [at_both, at_both]
    assert {one.message["Subject"][:4] for one in mailing.received} == {"貸与端末", "ご利用端"}


@pytest.mark.in_ci
def test_what_is_to_be_sent_back_is_told_with_what_it_costs_until_it_is(
    office: Office, mailing: MailServer
) -> None:
    office.variables["ONHOOK_NOTIFY_CUSTOMERS"] = "true"
    office.do("contract", "end", "1", "--on", "2026-11-10")
    due = date(2026, 12, 31)  # the end of the month after (J-L10)
    office.do("lease", "return", "D-1", "--on", "2026-11-12")
    office.do("notify", "--due", "--today", due)
    boss, customer = mailing.received

    for one in (boss, customer):
        assert told(mailing) == ["23", "23"]
        assert "2026年12月31日 (本日)" in one.text()
        assert "サービス終了に伴う端末の返送 (J-L10, J-L13)" in one.text()
        assert "違約金 43,780円" in one.text()  # 39,800 and 10 % (J-L3)
        assert "違約金 43,780円" in one.text("html")
    assert "期日までに発送していただければ" in customer.text()
    assert "期日までに発送していただければ" not in boss.text()


@pytest.mark.in_ci
def test_devices_that_will_fall_below_a_raised_minimum_are_told(
    office: Office, mailing: MailServer
) -> None:
    shipped = files("onhook_devices").joinpath("services", "jiyu-hodai.toml").read_text("utf-8")
    raised = '[minimum_levels.next]\nrule = "J-A2"\nsince = 2027-04-01\nandroid = "15"\n'
    services = office.folder / "services"
    services.mkdir()
    (services / "jiyu-hodai.toml").write_text(f"{shipped}\n{raised}", "utf-8")
    office.do("account", "add", "acme/101")
    office.do("device", "assign", "D-2", "acme/101")
    office.variables["ONHOOK_NOTIFY_CUSTOMERS"] = "true"
    office.do("notify", "--due", "--today", "2027-03-31")
    boss, customer = mailing.received

    assert told(mailing) == ["2", "2"]
    assert "最低バージョンの引き上げ" in boss.text()
    assert "システムを更新してください" in customer.text()
