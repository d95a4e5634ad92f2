"""One place reads settings: option, environment, file, default; and it names what is wrong."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.engine import make_url

from onhook import settings
from onhook.settings import BadSetting, NoWorkspace, SettingsUnreadable, load

if TYPE_CHECKING:
    from tests.workspaces import Office


def write(folder: Path, text: str) -> Path:
    file = folder / "onhook.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return folder


def test_without_a_word_the_defaults_hold(tmp_path: Path) -> None:
    found = load(write(tmp_path, ""), {})

    assert found.service == "jiyu-hodai"
    assert found.database == f"sqlite:///{tmp_path / 'onhook.db'}"
    assert found.public_url is None
    assert found.language == "ja"
    assert (found.pbx.transport, found.pbx.srtp, found.pbx.tunnel) == ("udp", "disabled", False)


def test_the_file_lies_over_the_defaults_and_the_environment_over_the_file(tmp_path: Path) -> None:
    write(tmp_path, 'service = "biglobe-mobile"\nlanguage = "en"\n[pbx]\nsip_port = 5070\n')
    variables = {"ONHOOK_SERVICE": "own-service", "ONHOOK_PBX_SIP_PORT": "5080"}

    assert load(tmp_path, {}).pbx.sip_port == 5070
    assert load(tmp_path, {}).service == "biglobe-mobile"
    assert load(tmp_path, variables).pbx.sip_port == 5080
    assert load(tmp_path, variables).service == "own-service"
    assert load(tmp_path, variables).language == "en"


@pytest.mark.parametrize("name", ["office.db", "data/office.db", "顧客 100% #1.db"])
def test_a_database_file_is_the_workspaces_wherever_a_command_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder, elsewhere = tmp_path / "workspace", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    by_file = load(write(folder, f'database = "sqlite:///{name}"'), {})
    monkeypatch.chdir(elsewhere)
    by_variable = load(write(folder, ""), {"ONHOOK_DATABASE": f"sqlite:///{name}"})

    assert make_url(by_file.database).database == str(folder / name)
    assert by_variable.database == by_file.database


def test_a_database_elsewhere_is_named_as_it_is(tmp_path: Path) -> None:
    for url in ("sqlite:////srv/office.db?timeout=5", "postgresql+psycopg://a:b@db.example/onhook"):
        assert load(write(tmp_path, f'database = "{url}"'), {}).database == url


def test_an_empty_variable_says_nothing(tmp_path: Path) -> None:
    write(tmp_path, 'language = "en"')

    assert load(tmp_path, {"ONHOOK_LANGUAGE": ""}).language == "en"


def test_an_option_lies_over_all(acme: Office) -> None:
    acme.do("init", "--pbx", "pbx.option.example:5070")
    lower = {"ONHOOK_PBX_HOST": "pbx.variable.example"}
    number = acme.ask("contract", "start", "--pbx", "pbx.contract.example").data["contract"]

    assert acme.ask("contract", "show", number, **lower).data["pbx"]["host"] == (
        "pbx.contract.example"
    )
    acme.do("contract", "start")
    assert acme.ask("contract", "show", number + 1, **lower).data["pbx"]["host"] == (
        "pbx.variable.example"
    )
    assert acme.ask("contract", "show", number + 1).data["pbx"]["host"] == "pbx.option.example"


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ('pubic_url = "https://a.example"', "pubic_url"),
        ('public_url = "http://phone.acme.example"', "public_url"),
        ('public_url = "https://user:pass@a.example"', "public_url"),
        ('public_url = "https://a.example/?q=1"', "public_url"),
        ('public_url = "https://a.example/#x"', "public_url"),
        ('public_url = "https://a.example:99999"', "public_url"),
        ('public_url = "https://[::1"', "public_url"),
        ('public_url = "https://a b.example"', "public_url"),
        ('public_url = "https://a.example/\\nx"', "public_url"),
        ('public_url = "javascript:alert(1)"', "public_url"),
        ('public_url = ""', "public_url"),
        ('language = "fr"', "language"),
        ('database = "nonsense"', "database"),
        ('database = "mysql://a/b"', "database"),
        ('database = "sqlite://"', "database"),
        ('database = "postgresql://user:geheim@host:port/name"', "database"),
        ('service = ["a"]', "service"),
        ('pbx = "pbx.acme.example"', "pbx"),
        ("[pbx]\nsip_port = 0", "pbx.sip_port"),
        ("[pbx]\nsip_port = 65536", "pbx.sip_port"),
        ('[pbx]\nsip_port = "５０６０"', "pbx.sip_port"),
        ('[pbx]\nhost = "a b"', "pbx.host"),
        ('[pbx]\nhost = ""', "pbx.host"),
        ('[pbx]\ntransport = "sctp"', "pbx.transport"),
        ('[pbx]\ntunnel = "maybe"', "pbx.tunnel"),
        ('[pbx]\ntunnel_password = "a\\nb"', "pbx.tunnel_password"),
        ('[pbx.extra]\nhost = "a"', "pbx.extra.host"),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_its_file(
    tmp_path: Path, text: str, setting: str
) -> None:
    with pytest.raises(BadSetting) as caught:
        load(write(tmp_path, text), {})

    assert caught.value.setting == setting
    assert caught.value.where == str(tmp_path / "onhook.toml")
    assert caught.value.allowed


def test_a_bad_variable_is_named_and_its_value_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(BadSetting) as caught:
        load(write(tmp_path, ""), {"ONHOOK_PBX_SIP_PORT": "geheim"})

    assert caught.value.where == "ONHOOK_PBX_SIP_PORT"
    assert "geheim" not in str(caught.value)


def test_a_public_url_may_be_http_on_this_machine_and_loses_its_last_slash(tmp_path: Path) -> None:
    write(tmp_path, 'public_url = "http://127.0.0.1:8080/phones/"')

    assert load(tmp_path, {}).public_url == "http://127.0.0.1:8080/phones"


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsUnreadable) as caught:
        load(write(tmp_path, "service = \n"), {})
    assert caught.value.path == str(tmp_path / "onhook.toml")


def test_a_folder_without_settings_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(NoWorkspace):
        load(tmp_path, {})


def test_a_database_password_shows_nowhere(tmp_path: Path) -> None:
    write(
        tmp_path,
        'database = "postgresql+psycopg://onhook:geheim@db.example/onhook"\n'
        '[pbx]\ntunnel_password = "tunnel-geheim"',
    )

    assert "geheim" not in repr(load(tmp_path, {}))


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "ja_JP.eucJP"}, "ja"),
        ({"LANG": "ja"}, "ja"),
        ({"LANG": "japanese"}, "ja"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "jav_ID"}, "en"),
        ({}, "en"),
        ({"LANG": "en_US.UTF-8", "ONHOOK_LANG": "ja"}, "ja"),
    ],
)
def test_the_language_is_the_locales_unless_said(variables: dict[str, str], language: str) -> None:
    assert settings.language_wanted(None, variables) == language


def test_an_option_says_the_language_above_all() -> None:
    assert settings.language_wanted("EN", {"ONHOOK_LANG": "ja"}) == "en"
    with pytest.raises(BadSetting) as caught:
        settings.language_wanted("fr", {})
    assert caught.value.where == "--lang"


def test_the_workspace_is_the_option_the_variable_or_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    variables = {"ONHOOK_WORKSPACE": "told"}

    assert settings.find_folder(Path("given"), variables) == tmp_path / "given"
    assert settings.find_folder(None, variables) == tmp_path / "told"
    assert settings.find_folder(None, {}) == tmp_path / "onhook-workspace"
    write(tmp_path, "")
    assert settings.find_folder(None, {}) == tmp_path


def test_who_does_it_is_the_actor_told_else_the_user() -> None:

    assert settings.actor({"ONHOOK_ACTOR": " sato "}) == "sato"
    assert settings.actor({"ONHOOK_ACTOR": " "}) == getpass.getuser()
