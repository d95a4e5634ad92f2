"""What onhook itself makes has nothing wrong with it, and is known again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onhook.families import Families
from tests.inspecting.desk import SHIPPED

if TYPE_CHECKING:
    from tests.inspecting.desk import Desk


def test_no_shipped_family_is_forgotten_here() -> None:
    assert set(Families().names()) == set(SHIPPED)


@pytest.mark.parametrize("family", SHIPPED)
def test_a_clean_kit_of_every_family_is_known_and_has_no_finding(desk: Desk, family: str) -> None:
    ran = desk.inspect(desk.issue(family))
    (item,) = ran.data["items"]

    assert (item["kind"], item["family"], item["account"]) == ("config", family, "acme/101")
    assert item["issue"]["state"] == "current"
    expected = {"secret-in-picture"} if family == "gswave" else set()
    assert {one["code"] for one in item["findings"]} == expected
    assert (ran.code, ran.json["errors"]) == (0, [])


@pytest.mark.parametrize("family", SHIPPED)
def test_what_a_file_says_is_read_and_its_secrets_are_masked(desk: Desk, family: str) -> None:
    (profile,) = desk.item(desk.issue(family))["profiles"]

    values = profile["values"]
    assert (values["extension"], values["auth_id"]) == ("101", "Xq101k")
    assert values["password"] == "***"
    assert values["display_name"] == "髙橋 太郎"
    assert values["registrar"].split(":")[0] == "pbx.acme.example"


@pytest.mark.parametrize("family", [family for family in SHIPPED if family != "gswave"])
def test_a_kits_symbol_is_its_link(desk: Desk, family: str) -> None:
    item = desk.item(desk.issue(family).with_name("qr.png"))

    assert (item["kind"], item["account"], item["device"]) == ("link", "acme/101", "PC-1")
    assert (item["link"]["state"], item["issue"]["state"]) == ("live", "current")
    assert item["address"] == "https://phone.acme.example/k/***"
    assert item["findings"] == []


@pytest.mark.parametrize("transport", ["tcp", "tls"])
@pytest.mark.parametrize("family", ["3cx", "linphone", "baresip", "microsip"])
def test_a_clean_kit_is_clean_over_any_transport(desk: Desk, family: str, transport: str) -> None:
    settings = desk.office.folder / "onhook.toml"
    settings.write_text(
        settings.read_text() + f'\ntransport = "{transport}"\nlocal_host = "10.0.0.1"\n'
    )

    assert desk.codes(desk.issue(family)) == set()


def test_in_words_nothing_is_wrong_in_both_languages(desk: Desk) -> None:
    path = desk.issue("linphone")

    assert "nothing is wrong" in desk.office.do("inspect", path, "--lang", "en").out
    assert "問題はありません" in desk.office.do("inspect", path, "--lang", "ja").out
