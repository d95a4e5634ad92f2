"""`onhook template learn`, as an installer types it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pexpect  # type: ignore[import-untyped]  # it ships no types
import pytest

from tests.workspaces import PROGRAM, Office

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "Tr0ub4dor&3"
OTHER = "hunter-2<b"


def write(extension: str, auth_id: str, password: str, **more: str) -> str:
    """Return an account's file as a PBX would write it."""
    fields = {"extension": extension, "authID": auth_id, "authPass": password, "payload": "101"}
    return json.dumps({**fields, **more}, indent=2)


@pytest.fixture
def office(acme: Office) -> Office:
    """Return an office with two accounts, each with a file from the PBX."""
    people = {"101": ("Xq3kTz81", PASSWORD), "102": ("mP9wLr27", OTHER)}
    for extension, (auth_id, password) in people.items():
        words = ("--auth-id", auth_id, "--password-file", "-")
        acme.do("account", "add", extension, *words, typed=password + "\n")
        acme.file(f"phone_{extension}.json", write(extension, auth_id, password))
    return acme


def learn(office: Office, *words: object) -> tuple[object, ...]:
    """Return the words that learn the family mine from the first account's file."""
    sample = ("template", "learn", office.home / "phone_101.json", "--account", "101")
    return (*sample, "--family", "mine", *words)


def confirmed(office: Office) -> tuple[object, ...]:
    """Return the words that let the second account's file confirm it."""
    return learn(office, "--confirm", office.home / "phone_102.json", "--account", "102")


def written(office: Office) -> list[Path]:
    """Return what stands where families are kept."""
    place = office.folder / "templates"
    return sorted(place.rglob("*")) if place.exists() else []


def test_it_is_learned_issued_and_checked_at_once(office: Office) -> None:
    office.do(*confirmed(office))
    kits = office.home / "kits"
    office.do("issue", "101", "102", "--family", "mine", "--without-device", "--out", kits)

    for extension in ("101", "102"):
        issued = (kits / "acme" / extension / f"phone_{extension}.json").read_text("utf-8")
        assert issued == (office.home / f"phone_{extension}.json").read_text("utf-8")
    assert office.run("template", "check", "mine").code == 0
    assert "mine" in office.do("template", "list").out


def test_a_script_is_told_all_questions_and_how_to_answer(office: Office) -> None:
    ran = office.run(*learn(office))

    assert ran.code == 6
    assert "line:column 5:15: 101 could be extension | keep" in ran.err
    assert "--answer 5:15=" in ran.err
    assert written(office) == []
    office.do(*learn(office, "--answer", "5:15=keep"))


def test_json_tells_everything_without_a_secret(office: Office) -> None:
    ran = office.ask(*learn(office))

    assert (ran.code, ran.codes) == (6, ["place-open"])
    (asked,) = ran.data["questions"]
    assert (asked["place"], asked["options"]) == ("5:15", ["extension", "keep"])
    assert [found["variable"] for found in ran.data["replaced"]] == [
        *("extension", "auth_id", "password"),
    ]
    assert PASSWORD not in ran.said
    assert "display_name" in ran.data["empty"]  # nobody gave a name
    made = office.ask(*confirmed(office)).data
    assert made["place"] == str(office.folder / "templates" / "mine")


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_no_secret_is_shown_whatever_happens(
    office: Office, form: tuple[str, ...], lang: str
) -> None:
    comment = f"; {PASSWORD} and {OTHER}\n[a]\nsecret=x{PASSWORD}x\npass={PASSWORD}\npin={{}}\n"
    office.file("phone_101.json", comment.format("4711"))
    office.file("phone_102.json", comment.replace(PASSWORD, OTHER).format("4812"))
    answers = ("--answer", "password=password")
    for words in (learn(office), confirmed(office), (*confirmed(office), *answers)):
        said = office.run(*words, *form, "--lang", lang).said
        assert "***" in said
        for secret in (PASSWORD, OTHER, "4711", "4812"):
            assert secret not in said


def test_what_differs_is_shown_and_refused_until_it_is_accepted(office: Office) -> None:
    for extension, auth_id, password, guid in (
        ("101", "Xq3kTz81", PASSWORD, "3f2504e0-4f89"),
        ("102", "mP9wLr27", OTHER, "9b1deb4d-3b7d"),
    ):
        content = write(extension, auth_id, password, clsId=guid)
        office.file(f"phone_{extension}.json", content)
    ran = office.ask(*confirmed(office))

    assert (ran.code, ran.codes) == (6, ["samples-differ"])
    assert ran.data["differing"][0]["name"] == "cls_id"
    assert written(office) == []
    said = office.do(*confirmed(office), "--accept-differences").out
    assert "3f25… (13)" in said
    manifest = (office.folder / "templates" / "mine" / "manifest.toml").read_text("utf-8")
    assert "Unexplained differences to files made for others: 1." in manifest


def test_a_link_of_ones_own_is_not_accepted_with_the_rest(office: Office) -> None:
    for extension, auth_id, password, part in (
        ("101", "Xq3kTz81", PASSWORD, "qwertyui"),
        ("102", "mP9wLr27", OTHER, "asdfghjk"),
    ):
        content = write(extension, auth_id, password, link=f"https://p.example/{part}/file")
        office.file(f"phone_{extension}.json", content)
    ran = office.ask(*confirmed(office), "--accept-differences")

    assert ran.codes == ["links-differ"]
    assert "qwertyui" not in ran.said
    place = ran.data["differing"][0]["place"]
    office.do(*confirmed(office), "--answer", f"{place}=provisioning_url")
    office.do(*confirmed(office), "--answer", f"{place}=keep", "--replace")


def test_a_dry_run_writes_nothing(office: Office) -> None:
    office.do(*confirmed(office), "--dry-run")

    assert written(office) == []


def test_what_is_written_is_for_nobody_else(office: Office) -> None:
    office.do(*confirmed(office))

    assert {path.name for path in written(office)} >= {"mine", "manifest.toml", "values.toml"}
    for path in (office.folder / "templates", *written(office)):
        assert path.stat().st_mode & 0o077 == 0, path
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes()


@pytest.mark.parametrize("name", ["mine", "linphone"])
def test_a_family_that_is_there_is_replaced_only_when_asked(office: Office, name: str) -> None:
    office.do(*confirmed(office))
    words = [name if word == "mine" else word for word in confirmed(office)]

    assert office.ask(*words).codes == ["family-exists"]
    office.do(*words, "--replace")


@pytest.mark.parametrize("name", ["../mine", "Mine", "", "a/b", ".learning-x", "a" * 41])
def test_a_name_that_is_no_familys_is_refused(office: Office, name: str) -> None:
    words = [name if word == "mine" else word for word in confirmed(office)]

    assert office.ask(*words).codes == ["family-name-wrong"]
    assert written(office) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--account", "102"), "samples-and-accounts"),
        (("--confirm", "{home}/phone_102.json"), "samples-and-accounts"),
        (("--confirm", "{home}/phone_102.json", "--account", "acme/101"), "samples-and-accounts"),
        (("--confirm", "{home}/none", "--account", "102"), "sample-unreadable"),
        (("--confirm", "{home}/phone_102.json", "--account", "999"), "no-such-account"),
        (("--answer", "5:15"), "answer-wrong"),
        (("--answer", "5:15=mail"), "answer-wrong"),
        (("--escaping", "yaml"), "bad-setting"),
        (("--escaping", "xml"), "sample-shape-wrong"),
        (("--encoding", "cp932"), "bad-setting"),
        (("--encoding", "utf-16-le-bom"), "sample-encoding-unknown"),
    ],
)
def test_what_is_off_is_told(office: Office, words: tuple[str, ...], code: str) -> None:
    given = [word.format(home=office.home) for word in words]
    ran = office.ask(*learn(office, *given))

    assert ran.codes[0] == code
    assert written(office) == []


def test_the_wrong_account_is_noticed(office: Office) -> None:
    words = [("102" if word == "101" else word) for word in learn(office)]

    assert "credential-not-found" in office.ask(*words).codes


def talk(office: Office, *words: object) -> Any:
    """Start a command on a terminal."""
    return pexpect.spawn(
        str(PROGRAM),
        [str(word) for word in words],
        env=office.environment | {"TERM": "dumb", "COLUMNS": "200"},
        encoding="utf-8",
        timeout=60,
        echo=False,
    )


def test_a_person_is_asked(office: Office) -> None:
    child = talk(office, *learn(office))
    child.expect(r"5:15  101   in: payload")
    child.expect(r"extension \| keep .*: ")
    child.sendline("what?")
    child.expect("Please answer one of: extension | keep")
    child.expect(r"extension \| keep .*: ")
    child.sendline("keep!")
    child.expect("Learned: for acme/101")
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == 0
    assert PASSWORD not in str(child.before)
    template = (office.folder / "templates" / "mine" / "learned.j2").read_text("utf-8")
    assert '"payload": "101"' in template


def test_who_leaves_a_question_open_gets_no_family(office: Office) -> None:
    child = talk(office, *learn(office))
    child.expect(r"extension \| keep .*: ")
    child.sendeof()
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == 6
    assert written(office) == []
