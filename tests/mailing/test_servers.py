"""What a mail server may do: refuse, put off, hang up, be silent, be another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import trustme

from tests.killing import run_together
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import Popen

    from tests.mailing.server import MailServer
    from tests.workspaces import Office

    Start = Callable[..., MailServer]

ELSEWHERE = {"ONHOOK_MAIL_HOST": "192.0.2.1"}
QUOTING = "550 5.1.1 nobody here: /s/ABCDEFGHABCDEFGHABCDEFGHAB"
FIRST, SECOND, THIRD = (f"p10{n}@acme.example" for n in (1, 2, 3))


@pytest.fixture
def certificates(tmp_path: Path) -> dict[str, str]:
    """Return files of an authority, and of a server's certificate and key."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    files = {name: str(tmp_path / f"{name}.pem") for name in ("ca", "cert", "key")}
    authority.cert_pem.write_to_path(files["ca"])
    issued.cert_chain_pems[0].write_to_path(files["cert"])
    issued.private_key_pem.write_to_path(files["key"])
    return files


@pytest.fixture
def guarded(
    office: Office, server_with: Start, certificates: dict[str, str], request: pytest.FixtureRequest
) -> MailServer:
    """Return a server that wants TLS and a password."""
    security = getattr(request, "param", "starttls")
    pair = (certificates["cert"], certificates["key"])
    server = server_with(security=security, certificate=pair, user="phones", password="Geheim-1")
    office.variables.update(server.variables)
    office.variables["ONHOOK_MAIL_SECURITY"] = security
    office.variables["ONHOOK_MAIL_CA_FILE"] = certificates["ca"]
    office.variables["ONHOOK_MAIL_USER"] = "phones"
    return server


@pytest.mark.parametrize("guarded", thorough(["starttls", "tls"], ["starttls"]), indirect=True)
def test_the_line_is_guarded_and_the_password_comes_from_where_it_is_kept(
    office: Office, guarded: MailServer
) -> None:
    secret = office.file("secret", "Geheim-1\n")
    secret.chmod(0o600)
    ways = (
        ("101", {"ONHOOK_MAIL_PASSWORD": "Geheim-1"}),
        ("102", {"ONHOOK_MAIL_PASSWORD_FILE": str(secret)}),
        ("103", {"ONHOOK_MAIL_PASSWORD_COMMAND": f"cat {secret}"}),
    )
    for extension, variables in ways:
        ran = office.run("mail", extension, **variables)
        assert ran.code == 0, ran.said
    assert guarded.recipients == [FIRST, SECOND, THIRD]
    assert all(one.envelope["tls"] for one in guarded.received)


def test_a_password_in_the_settings_is_for_the_owner_alone(
    office: Office, guarded: MailServer
) -> None:
    settings = office.folder / "onhook.toml"
    settings.write_text(settings.read_text("utf-8") + '\n[mail]\npassword = "Geheim-1"\n', "utf-8")
    settings.chmod(0o644)
    assert office.ask("mail", "101").codes == ["settings-open-to-others"]
    settings.chmod(0o600)
    office.do("mail", "101")
    assert guarded.recipients == [FIRST]


@pytest.mark.in_ci
@pytest.mark.parametrize(
    ("variables", "code", "codes"),
    [
        ({"ONHOOK_MAIL_PASSWORD": "Wrong-1"}, 6, ["mail-login-refused"]),
        ({"ONHOOK_MAIL_PASSWORD": "日本語"}, 6, ["mail-login-refused"]),
        ({"ONHOOK_MAIL_PASSWORD_FILE": "/nowhere"}, 7, ["mail-password-unavailable"]),
        ({"ONHOOK_MAIL_PASSWORD_COMMAND": "false"}, 7, ["mail-password-unavailable"]),
        ({"ONHOOK_MAIL_CA_FILE": "/nowhere"}, 7, ["mail-server-unreachable"]),
        ({"ONHOOK_MAIL_SECURITY": "tls"}, 7, ["mail-server-unreachable"]),
        ({"ONHOOK_MAIL_PORT": "1"}, 7, ["mail-server-unreachable"]),
        ({"ONHOOK_MAIL_FROM": ""}, 6, ["mail-server-unset"]),
        ({"ONHOOK_MAIL_FROM": "nobody"}, 3, ["bad-setting"]),
        ({"ONHOOK_MAIL_FROM": "電話@acme.example"}, 3, ["bad-setting"]),
        ({**ELSEWHERE, "ONHOOK_MAIL_SECURITY": "none"}, 6, ["mail-server-unset"]),
    ],
)
def test_a_server_that_cannot_be_used_is_told_and_nothing_is_lost(
    office: Office, guarded: MailServer, variables: dict[str, str], code: int, codes: list[str]
) -> None:
    ran = office.ask("mail", "--all", **variables)
    assert (ran.code, ran.codes) == (code, codes)
    assert "Wrong-1" not in ran.said
    assert guarded.received == []
    assert office.run("mail", "--all", ONHOOK_MAIL_PASSWORD="Geheim-1").code == 0
    assert guarded.recipients == [FIRST, SECOND, THIRD]


def test_a_certificate_of_nobody_is_refused(office: Office, guarded: MailServer) -> None:
    ran = office.ask("mail", "101", ONHOOK_MAIL_CA_FILE="", ONHOOK_MAIL_PASSWORD="Geheim-1")
    assert (ran.code, ran.codes) == (7, ["mail-certificate-bad"])
    assert guarded.received == []


def test_a_server_without_starttls_gets_nothing(office: Office, mailing: MailServer) -> None:
    ran = office.ask("mail", "101", ONHOOK_MAIL_SECURITY="starttls")
    assert (ran.code, ran.codes) == (6, ["mail-tls-missing"])
    assert mailing.received == []


@pytest.mark.parametrize("where", thorough(["answers", "last_answers"], ["answers"]))
def test_what_is_refused_is_recorded_and_the_others_go_on(
    office: Office, server_with: Start, where: str
) -> None:
    server = server_with(**{where: {SECOND: QUOTING}})
    office.variables.update(server.variables)
    ran = office.ask("mail", "--all")

    assert (ran.code, ran.codes) == (6, ["mail-refused"])
    assert [one["state"] for one in ran.data["mails"]] == ["sent", "refused", "sent"]
    assert server.recipients == [FIRST, THIRD]
    assert "ABCDEFGH" not in ran.out
    assert "550 5.1.1 nobody here: /s/***" in ran.out
    assert b"ABCDEFGHABCDEFGH" not in office.stored()


@pytest.mark.in_ci
@pytest.mark.parametrize("where", thorough(["answers", "last_answers"], ["last_answers"]))
def test_what_is_put_off_waits_for_the_next_run(
    office: Office, server_with: Start, where: str
) -> None:
    server = server_with(**{where: {SECOND: "451 4.7.1 greylisted"}})
    office.variables.update(server.variables)
    ran = office.ask("mail", "--all")
    assert (ran.code, ran.codes) == (7, ["mail-deferred"])

    patient = server_with()
    office.variables.update(patient.variables)
    office.do("mail", "--all")
    assert server.recipients == [FIRST, THIRD]
    assert patient.recipients == [SECOND]


@pytest.mark.in_ci
def test_a_sender_that_is_refused_ends_it(office: Office, server_with: Start) -> None:
    server = server_with(sender="553 5.7.1 not you")
    office.variables.update(server.variables)
    ran = office.ask("mail", "--all")
    assert (ran.code, ran.codes) == (6, ["mail-sender-refused"])
    assert "553 5.7.1 not you" in ran.out


def test_a_server_that_hangs_up_is_called_again(office: Office, server_with: Start) -> None:
    server = server_with(hangs_up_after=1)
    office.variables.update(server.variables)
    office.do("mail", "--all")
    assert server.recipients == [FIRST, SECOND, THIRD]
    assert len({one.envelope["peer"] for one in server.received}) == 3


@pytest.mark.in_ci
def test_many_mails_go_over_one_connection(office: Office, mailing: MailServer) -> None:
    office.do("mail", "--all")
    assert len({one.envelope["peer"] for one in mailing.received}) == 1


@pytest.mark.in_ci
@pytest.mark.each_database
def test_two_runs_at_once_send_each_mail_once(
    office: Office, server_with: Start, forker: Popen[str]
) -> None:
    server = server_with(slow_s=0.1)
    office.variables.update(server.variables)
    where = {"environment": office.environment, "folder": str(office.home)}
    ended = run_together(forker, [("mail", "--all")] * 3, **where)
    assert [one["code"] for one in ended] == [0, 0, 0]
    assert sorted(server.recipients) == [FIRST, SECOND, THIRD]


@pytest.mark.in_ci
def test_a_mail_at_which_a_server_hangs_up_holds_up_no_other(
    office: Office, server_with: Start
) -> None:
    server = server_with(hangs_up_at=[SECOND])
    office.variables.update(server.variables)
    ran = office.ask("mail", "--all")
    assert (ran.code, ran.codes) == (7, ["mail-line-lost"])
    assert server.recipients == [FIRST, THIRD]
    assert [one["state"] for one in ran.data["mails"]] == ["sent", "deferred", "sent"]


@pytest.mark.in_ci
def test_a_server_that_hangs_up_at_each_ends_it(office: Office, server_with: Start) -> None:
    server = server_with(hangs_up_at=[FIRST, SECOND])
    office.variables.update(server.variables)
    ran = office.ask("mail", "--all")
    assert (ran.code, ran.codes) == (7, ["mail-line-lost", "mail-line-lost"])
    assert [one["state"] for one in ran.data["mails"]] == ["deferred", "failed", "failed"]
    assert server.received == []


@pytest.mark.in_ci
def test_an_answer_that_nobody_can_read_is_no_refusal(office: Office, server_with: Start) -> None:
    server = server_with(last_answers={SECOND: "what was that?"})
    office.variables.update(server.variables)
    ran = office.ask("mail", "--all")
    assert (ran.code, ran.codes) == (7, ["mail-unsure"])
    assert server.recipients == [FIRST, THIRD]
