"""Those who leave get by mail what their page says, each once, from a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.mailing.conftest import mailing, willing

if TYPE_CHECKING:
    from tests.mailing.server import MailServer
    from tests.workspaces import Office

__all__ = ["mailing", "willing"]


def states(office: Office, *words: str) -> list[str]:
    return [one["state"] for one in office.ask("mail", *words, "--leaving").data["mails"]]


@pytest.fixture
def ended(office: Office) -> Office:
    """Return an office whose contract is over; 102 alone has an address."""
    office.do("issue", "103", "--without-device")
    office.do("contract", "end", "1")
    return office


def test_who_leaves_gets_one_mail_and_no_second(ended: Office, mailing: MailServer) -> None:
    ran = ended.ask("mail", "--all", "--leaving")
    assert (ran.code, ran.codes) == (6, ["no-mail-address", "no-mail-address"])
    (one,) = mailing.received
    assert one.to == "taro@acme.example"
    assert one.message["Subject"] == "ご利用終了のご案内（内線 102、自由放題ビジネスフォン）"
    for kind in ("plain", "html"):
        text = one.text(kind)
        assert "髙橋 太郎 様" in text
        assert "に終了しました" in text
        assert "D-3 Pixel 8a のアプリを削除する" in text
        assert "まだ確認できていません" in text
        assert "/s/" not in text
        assert "/k/" not in text
        assert "Secret-102" not in text
    assert states(ended, "102") == ["already"]
    assert states(ended, "102", "--again") == ["sent"]
    assert len(mailing.received) == 2


@pytest.mark.in_ci
def test_it_is_told_before_the_end_and_once_more_at_it(office: Office, mailing: MailServer) -> None:
    office.do("contract", "cancel", "1")
    assert states(office, "102", "--lang", "en") == ["sent"]
    assert states(office, "102") == ["already"]
    office.do("contract", "end", "1")
    assert states(office, "102", "--lang", "en") == ["sent"]
    before, after = mailing.received
    assert "Until then it works as before" in before.text()
    assert "ended on" in after.text()


@pytest.mark.in_ci
def test_the_page_goes_with_it_if_that_is_wanted(ended: Office, mailing: MailServer) -> None:
    ran = ended.spawn("mail", "102", "--leaving", "--sheet")  # nothing was laid out in it before
    assert ran.returncode == 0, ran.stderr
    (attached,) = mailing.received[0].message.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == (
        "acme-102.pdf",
        "application/pdf",
    )
    assert attached.get_content().startswith(b"%PDF")
    assert "添付しています" in mailing.received[0].text()


@pytest.mark.in_ci
def test_who_is_in_use_is_not_mailed(office: Office, mailing: MailServer) -> None:
    ran = office.ask("mail", "102", "--leaving")
    assert (ran.code, ran.codes) == (6, ["still-in-use"])
    assert "nobody leaves" in office.do("mail", "--all", "--leaving").out
    assert mailing.received == []


@pytest.mark.in_ci
def test_a_dry_run_writes_what_would_be_sent(ended: Office, mailing: MailServer) -> None:
    folder = ended.home / "eml"
    ended.run("mail", "102", "--leaving", "--dry-run", "--out", folder)
    assert [path.name for path in folder.iterdir()] == ["acme-102-leaving.eml"]
    assert mailing.received == []


@pytest.mark.in_ci
def test_an_operators_words_of_the_page_are_the_mails_too(
    ended: Office, mailing: MailServer
) -> None:
    (ended.folder / "sheets").mkdir()
    (ended.folder / "sheets/sheet.toml").write_text(
        '[words.sheet-leave-steps]\nen = "Please"\nja = "お願い"\n', encoding="utf-8"
    )
    assert states(ended, "102") == ["sent"]
    assert "お願い" in mailing.received[0].text()
