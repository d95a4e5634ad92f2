"""A manifest is checked when it is read: file, key, what is allowed."""

from pathlib import Path

import pytest

from onhook.families import Families, Manifest
from onhook.families.errors import (
    FamilyUnreadable,
    ManifestKeyMissing,
    ManifestKeyUnknown,
    ManifestSyntaxWrong,
    ManifestValueWrong,
)
from onhook.families.samples import samples
from onhook_devices.errors import OnhookError
from onhook_devices.platforms import Platform
from tests.families.making import MANIFEST, family_of, values, write_family

GOOD = MANIFEST.format(name="mine", escaping="xml")


def read(operator: Path, manifest: str) -> Manifest:
    write_family(operator, "mine", {"manifest.toml": manifest})
    return Families(operator).get("mine").manifest


def test_a_manifest_says_all_there_is_to_say(tmp_path: Path) -> None:
    manifest = read(tmp_path, GOOD)

    assert manifest.title == "Test"
    assert manifest.platforms == (Platform.PC,)
    assert manifest.certainty.evidence == "Made for a test."
    assert manifest.files[0].encoding == "utf-8"
    assert manifest.files[0].line_ends == "lf"


@pytest.mark.parametrize(
    ("good", "bad", "kind", "key"),
    [
        ("manifest = 1", "manifest = 2", ManifestValueWrong, "manifest"),
        ('title = "Test"', "", ManifestKeyMissing, "title"),
        ('title = "Test"', 'title = " "', ManifestValueWrong, "title"),
        ('title = "Test"', 'titel = "Test"', ManifestKeyUnknown, "titel"),
        ('name = "mine"', 'name = "other"', ManifestValueWrong, "name"),
        ('name = "mine"', 'name = "../x"', ManifestValueWrong, "name"),
        ('["pc"]', '["windows-phone"]', ManifestValueWrong, "platforms[1]"),
        ('["pc"]', "[]", ManifestValueWrong, "platforms"),
        ('"own"', '"certain"', ManifestValueWrong, "certainty.level"),
        ('evidence = "Made for a test."', "", ManifestKeyMissing, "certainty.evidence"),
        ('payload = "url"', 'payload = "csv"', ManifestValueWrong, "qr.payload"),
        ('payload = "url"', 'payload = "inline"', ManifestValueWrong, "qr.payload"),
        ('payload = "url"', 'payload = "url"\ntemplate = "x.j2"', ManifestValueWrong, "qr.payload"),
        ('"account.j2"', '"/etc/passwd"', ManifestValueWrong, "files[1].template"),
        ('"text/plain"', '"plain"', ManifestValueWrong, "files[1].media_type"),
        ('"text/plain"', '"text/plain\\r\\nX: y"', ManifestValueWrong, "files[1].media_type"),
        ('escaping = "xml"', 'escaping = "html"', ManifestValueWrong, "files[1].escaping"),
        ('escaping = "xml"', "", ManifestKeyMissing, "files[1].escaping"),
        ('"xml"', '"xml"\nencoding = "utf-7"', ManifestValueWrong, "files[1].encoding"),
        ('"xml"', '"xml"\nmax_bytes = 0', ManifestValueWrong, "files[1].max_bytes"),
        ('payload = "url"', 'payload = "url"\nmax_bytes = 9', ManifestValueWrong, "qr.payload"),
        ('"xml"', '"xml"\nline_ends = "cr"', ManifestValueWrong, "files[1].line_ends"),
        (GOOD[GOOD.index("[[files]]") :], "", ManifestValueWrong, "files"),
    ],
)
def test_a_wrong_key_is_named(
    tmp_path: Path, good: str, bad: str, kind: type[OnhookError], key: str
) -> None:
    assert good in GOOD
    with pytest.raises(kind) as wrong:
        read(tmp_path, GOOD.replace(good, bad))

    assert wrong.value.data["file"] == str(tmp_path / "mine" / "manifest.toml")
    assert wrong.value.data["key"] == key


@pytest.mark.parametrize(
    ("more", "kind", "key"),
    [
        ("[values.pasword]\nrequired = true", ManifestKeyUnknown, "values.pasword"),
        ("[values.password]\nrequried = true", ManifestKeyUnknown, "values.password.requried"),
        ("[values.password]\nrequired = 1", ManifestValueWrong, "values.password.required"),
        ("[values.password]\nmax_length = 0", ManifestValueWrong, "values.password.max_length"),
        ("[values.password]\nmatches = '('", ManifestValueWrong, "values.password.matches"),
        ("[values.mail]\nmatches = 'x'\none_of = ['y']", ManifestValueWrong, "values.mail.matches"),
        ("[values.password]\nrefuses = ['line']", ManifestValueWrong, "values.password.refuses"),
        (
            "[values.mail]\nrequired_with = 'tunnel'",
            ManifestValueWrong,
            "values.mail.required_with",
        ),
        ("[not_held]\nnumbers = 'x'", ManifestKeyUnknown, "not_held.numbers"),
        ("[not_held]\nmail = ''", ManifestValueWrong, "not_held.mail"),
    ],
)
def test_a_wrong_rule_for_a_variable_is_named(
    tmp_path: Path, more: str, kind: type[OnhookError], key: str
) -> None:
    with pytest.raises(kind) as wrong:
        read(tmp_path, f"{GOOD}\n{more}\n")

    assert wrong.value.data["key"] == key


def test_the_nearest_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestKeyUnknown) as wrong:
        read(tmp_path, f"{GOOD}\n[values.pasword]\nrequired = true\n")

    assert wrong.value.nearest == "password"


@pytest.mark.parametrize(
    "link",
    [
        "softphone:",
        "{url}",
        "https://phish.example/{url}",
        "javascript:{url}",
        "data:text/html,{url}",
        "softphone:{url}{url}",
        "soft phone:{url}",
        "softphone:{link}",
    ],
)
def test_a_deep_link_is_an_apps_own_scheme_with_the_link_in_it(tmp_path: Path, link: str) -> None:
    with pytest.raises(ManifestValueWrong) as wrong:
        read(tmp_path, f"deep_link = '{link}'\n{GOOD}")

    assert wrong.value.data["key"] == "deep_link"


def test_a_deep_link_holds_the_link_as_it_is(tmp_path: Path) -> None:
    write_family(tmp_path, "mine", {"manifest.toml": f"deep_link = 'app:?u={{url}}'\n{GOOD}"})

    family = Families(tmp_path).get("mine")

    assert family.deep_link("https://a.example/k/X") == "app:?u=https://a.example/k/X"


def test_what_the_screen_shows_is_stated_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(ManifestKeyMissing) as wrong:
        read(tmp_path, f"{GOOD}\n[screen]\ntop = {{ ja = '利用可能' }}")

    assert wrong.value.data["key"] == "screen.top.en"


@pytest.mark.parametrize("manifest", ["values = 1\n" + GOOD, "not_held = []\n" + GOOD])
def test_a_table_that_is_none_is_named(tmp_path: Path, manifest: str) -> None:
    with pytest.raises(ManifestValueWrong):
        read(tmp_path, manifest)


def test_what_is_not_toml_is_told(tmp_path: Path) -> None:
    with pytest.raises(ManifestSyntaxWrong) as wrong:
        read(tmp_path, "title = Test")

    assert "line 1" in wrong.value.reason


def test_a_manifest_that_is_no_text_is_told(tmp_path: Path) -> None:
    folder = write_family(tmp_path, "mine", {"manifest.toml": ""})
    (folder / "manifest.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(FamilyUnreadable):
        Families(tmp_path).get("mine")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('pasword = "x"', ManifestKeyUnknown),
        ("sip_port = 'x'", ManifestValueWrong),
        ('transport = "sctp"', ManifestValueWrong),
        ('use_tunnel = "yes"', ManifestValueWrong),
    ],
)
def test_a_wrong_value_of_a_sample_is_named(
    tmp_path: Path, line: str, kind: type[OnhookError]
) -> None:
    family = family_of(tmp_path, "")
    write_family(tmp_path, "mine", {"samples/a/values.toml": line})

    with pytest.raises(kind) as wrong:
        list(samples(family.folder))
    assert wrong.value.data["file"].endswith("mine/samples/a/values.toml")


def test_rules_for_every_text_and_for_one_add_up(tmp_path: Path) -> None:
    rules = '[values."*"]\nmax_length = 9\nrefuses = ["#"]\n[values.mail]\nrefuses = ["@"]\n'
    family = family_of(tmp_path, "{{ mail }}{{ first_name }}{{ sip_port }}", more=f"\n{rules}")

    def fields(**changes: str) -> list[tuple[str, str]]:

        given = values(**{"mail": "", "first_name": "", **changes})
        return [(refusal.field, refusal.what) for refusal in family.refusals(given)]

    assert fields() == []
    assert fields(mail="@", first_name="@") == [("mail", "@")]
    assert fields(mail="#", first_name="#") == [("first_name", "#"), ("mail", "#")]
    assert fields(mail="1234567890") == [("mail", "9")]
    assert fields(password="#" * 20) == []  # not used by the template
