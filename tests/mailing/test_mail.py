"""Mails are received by a real server, and say what they should to whom they should."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest

from tests.audit.trails import stored

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.mailing.server import MailServer
    from tests.workspaces import Office

TOKEN = re.compile(r"/s/([A-Z2-7]{26})")


def states(office: Office, *words: str) -> list[str]:
    return [one["state"] for one in office.ask("mail", *words).data["mails"]]


def test_each_person_gets_the_page_of_their_own_kit(office: Office, mailing: MailServer) -> None:
    office.do("mail", "--all")

    assert mailing.recipients == [f"p10{n}@acme.example" for n in (1, 2, 3)]
    tokens = [TOKEN.findall(one.text()) for one in mailing.received]
    assert all(len(found) == 1 for found in tokens)
    assert len({token for found in tokens for token in found}) == 3
    for one, found in zip(mailing.received, tokens, strict=True):
        assert set(TOKEN.findall(one.text("html"))) == set(found)
        assert f"https://phone.acme.example/s/{found[0]}" in one.text()
        assert one.message["To"].addresses[0].addr_spec == one.to


def test_the_headers_are_as_machines_want_them(office: Office, mailing: MailServer) -> None:
    office.variables["ONHOOK_MAIL_REPLY_TO"] = "窓口 <desk@acme.example>"
    office.do("mail", "101", "103")
    japanese, english = mailing.received

    message = japanese.message
    assert not message.defects
    assert message["Subject"] == "電話アプリの設定のご案内（内線 101、自由放題ビジネスフォン）"
    assert message["From"].addresses[0].display_name == "onhook 係"
    assert message["Reply-To"].addresses[0].addr_spec == "desk@acme.example"
    assert message["To"].addresses[0].display_name == "渡邉 直樹"
    assert english.message["To"].addresses[0].display_name == "Smith, John"
    assert message["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f]{32}@acme\.example>", message["Message-ID"])
    assert parsedate_to_datetime(message["Date"]).utcoffset() is not None
    assert message.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    assert all(part.get_content_charset() == "utf-8" for part in message.iter_parts())
    for one in mailing.received:
        assert one.raw.isascii()
        assert max(map(len, one.raw.split(b"\r\n"))) <= 76
        assert one.envelope["from"] == "phones@acme.example"


@pytest.mark.in_ci
def test_it_is_in_the_customers_language_or_that_of_lang(
    office: Office, mailing: MailServer
) -> None:
    office.do("mail", "101")
    office.do("mail", "102", "--lang", "en")
    office.do("customer", "set", "acme", "--language", "en")
    office.do("mail", "103")
    japanese, asked, english = mailing.received

    assert "渡邉 直樹 様" in japanese.text()
    assert "Dear 山﨑 亮," in asked.text()
    assert "Dear Smith, John," in english.text()
    assert "(Japan time)" in english.text("html")
    assert [one.message["Content-Language"] for one in mailing.received] == ["ja", "en", "en"]


def test_no_secret_but_the_link_is_mailed_and_none_is_stored_or_told(
    office: Office, mailing: MailServer
) -> None:
    ran = office.run("mail", "--all")
    told = office.ask("mail", "--all").out + ran.said + office.do("audit").out
    tokens = {TOKEN.findall(one.text())[0] for one in mailing.received}

    for one in mailing.received:
        said = one.text() + one.text("html") + one.raw.decode()
        assert "Secret-" not in said
        assert "/k/" not in said
        assert len(tokens & set(TOKEN.findall(one.text()))) == 1
    held = office.stored().decode(errors="replace")
    assert not [token for token in tokens if token in held or token in told]


def test_an_issue_is_mailed_once_and_the_next_one_anew(office: Office, mailing: MailServer) -> None:
    assert states(office, "101") == ["sent"]
    assert states(office, "101", "102") == ["already", "sent"]
    office.do("reissue", "101", "--reason", "new phone")
    assert states(office, "101") == ["sent"]
    assert states(office, "101", "--again") == ["sent"]

    assert mailing.recipients.count("p101@acme.example") == 3
    ids = {one.message["Message-ID"] for one in mailing.received}
    assert len(ids) == len(mailing.received)


@pytest.mark.in_ci
def test_another_address_gets_its_own(office: Office, mailing: MailServer) -> None:
    office.do("mail", "101")
    office.do("account", "set", "101", "--mail", "other@acme.example")

    assert states(office, "101") == ["sent"]
    assert mailing.recipients == ["p101@acme.example", "other@acme.example"]


def test_who_cannot_be_mailed_is_named_with_the_cure_and_the_others_get_theirs(
    office: Office, mailing: MailServer
) -> None:
    office.do("link", "revoke", "101")
    office.accounts("104")
    ran = office.ask("mail", "999", "101", "102", "104")

    assert ran.codes == ["no-such-account", "link-revoked", "no-mail-address"]
    assert ran.code == 4
    assert [one["state"] for one in ran.data["mails"]] == ["failed", "failed", "sent", "failed"]
    assert mailing.recipients == ["p102@acme.example"]
    assert "onhook issue acme/101" in ran.json["errors"][1]["mend"]


def test_a_dry_run_keeps_out_of_what_backups_hold(office: Office, mailing: MailServer) -> None:
    ran = office.ask("mail", "--all", "--dry-run", "--out", office.folder / "mails" / "new")

    assert (ran.code, ran.codes) == (2, ["among-belongings"])
    assert mailing.received == []


def test_a_dry_run_writes_what_would_be_sent_and_records_nothing(
    office: Office, mailing: MailServer
) -> None:
    before = office.rows()
    folder = office.home / "eml"
    ran = office.do("mail", "--all", "--dry-run", "--out", folder)

    assert office.rows() == before
    assert mailing.received == []
    files = sorted(folder.iterdir())
    assert [path.name for path in files] == [f"acme-10{n}-D-10{n}.eml" for n in (1, 2, 3)]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    message = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    (token,) = TOKEN.findall(message.get_body(("plain",)).get_content())  # type: ignore[union-attr]  # it has one
    assert token not in ran.said
    assert states(office, "--all") == ["sent"] * 3


def test_addresses_go_out_as_the_rules_want_them(office: Office, mailing: MailServer) -> None:
    wanted = {
        "101": ("taro..yamada.@docomo.ne.jp", '"taro..yamada."@docomo.ne.jp'),
        "102": ("x@日本語.jp", "x@xn--wgv71a119e.jp"),
        "103": ("o'neil+x@acme.example", "o'neil+x@acme.example"),
    }
    for extension, (address, _) in wanted.items():
        office.do("account", "set", extension, "--mail", address)
    office.do("mail", "--all")

    for one, (_, told) in zip(mailing.received, wanted.values(), strict=True):
        assert one.to == told.replace('"', "")  # as the server reads it
        assert told.encode() in one.raw


@pytest.mark.in_ci
def test_a_name_in_japanese_before_the_at_needs_a_server_that_can(
    office: Office, mailing: MailServer, server_with: Callable[..., MailServer]
) -> None:
    office.do("account", "set", "101", "--mail", "太郎@日本語.jp")
    ran = office.ask("mail", "101", "102")
    assert ran.codes == ["mail-address-not-carried"]
    assert mailing.recipients == ["p102@acme.example"]

    other = server_with(utf8=True)
    office.variables.update(other.variables)
    office.do("mail", "101")
    (one,) = other.received
    assert one.to == "太郎@xn--wgv71a119e.jp"
    assert "SMTPUTF8" in one.envelope["options"]


def test_what_was_sent_is_in_the_audit_trail(office: Office, mailing: MailServer) -> None:
    office.do("mail", "101")
    last = stored(office.open())[-1]

    assert mailing.received
    assert (last["action"], last["subject"], last["actor"]) == ("mail.send", "acme/101", "tester")


@pytest.mark.in_ci
def test_an_operators_templates_go_before_onhooks_own(office: Office, mailing: MailServer) -> None:
    folder = office.folder / "mails"
    folder.mkdir()
    (folder / "link.txt.j2").write_text(
        "Subject: {{ extension }} ready\n{{ name }}: {{ url }}\n{% include 'foot.txt.j2' %}",
        "utf-8",
    )
    office.do("mail", "101")

    (one,) = mailing.received
    assert one.message["Subject"] == "101 ready"
    assert one.text().startswith("渡邉 直樹: https://phone.acme.example/s/")
    assert "お問い合わせ" in one.text()
    assert "設定を始める" in one.text("html")


@pytest.mark.in_ci
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Subject: x\n{{ nobody }}", "?"),
        ("Subject: x\n{% if %}", "2"),
        ("no subject", "1"),
        ("Subject: x\n{{ ''.__class__.__mro__ }}", "?"),
        ("Subject: {{ 1 / 0 }}", "?"),
    ],
)
def test_a_template_that_cannot_be_is_told_and_nothing_is_sent(
    office: Office, mailing: MailServer, text: str, line: str
) -> None:
    folder = office.folder / "mails"
    folder.mkdir()
    (folder / "link.txt.j2").write_text(text, "utf-8")
    ran = office.ask("mail", "101")

    assert (ran.code, ran.codes) == (3, ["mail-template-fault"])
    assert f"line {line}" in ran.json["errors"][0]["message"]
    assert mailing.received == []
    (folder / "link.txt.j2").unlink()
    assert states(office, "101") == ["sent"]


def test_a_header_cannot_be_slipped_in(office: Office, mailing: MailServer) -> None:
    for bad in ("a@b.example\nBcc: x@y.example", "a@b.example,c@d.example", "<a@b.example>"):
        assert office.run("account", "set", "101", "--mail", bad).code == 3
    office.do("account", "set", "101", "--display-name", 'x" <evil@y.example>, "y')
    office.do("mail", "101")

    (one,) = mailing.received
    (address,) = one.message["To"].addresses
    assert address.addr_spec == "p101@acme.example"
    assert one.envelope["to"] == ["p101@acme.example"]


def test_a_kit_whose_picture_holds_the_password_is_not_mailed(
    office: Office, mailing: MailServer
) -> None:
    office.do("issue", "101", "--family", "gswave", "--allow-secret-qr")
    ran = office.ask("mail", "101")
    assert (ran.code, ran.codes) == (6, ["password-in-picture"])
    assert mailing.received == []


@pytest.mark.in_ci
def test_a_process_that_laid_sheets_out_does_not_wait_for_ever_to_mail_them(
    office: Office, mailing: MailServer
) -> None:
    office.do("sheet", "101", "--out", office.home / "101.pdf")
    ran = office.ask("mail", "101", "--sheet")

    assert (ran.code, mailing.received) == (1, [])
    assert office.spawn("mail", "101", "--sheet").returncode == 0


@pytest.mark.in_ci
def test_the_sheet_goes_with_it_where_wanted(office: Office, mailing: MailServer) -> None:
    ran = office.spawn("mail", "101", "--sheet")  # a process that has laid nothing out before
    assert ran.returncode == 0, ran.stderr
    (one,) = mailing.received

    assert one.message.get_content_type() == "multipart/mixed"
    (sheet,) = one.message.iter_attachments()
    assert (sheet.get_filename(), sheet.get_content_type()) == ("acme-101.pdf", "application/pdf")
    assert sheet.get_content().startswith(b"%PDF-")
    assert "用紙を添付しています" in one.text()
    assert "用紙を添付しています" in one.text("html")


@pytest.mark.in_ci
def test_whose_sheet_cannot_be_set_gets_no_mail(office: Office, mailing: MailServer) -> None:
    office.do("account", "set", "101", "--display-name", "𠮷田 \U0001f600")
    office.do("issue", "101")
    ran = office.ask("mail", "101", "102", "--sheet", "--dry-run", "--out", office.home / "eml")
    assert ran.codes == ["characters-lacking"]
    assert ran.data["files"] == ["acme-102-D-102.eml"]
    assert mailing.received == []
