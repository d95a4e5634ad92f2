"""``template show`` and ``template check``: shipped families, an operator's, and hostile ones."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from onhook.families import VARIABLES, Families
from onhook.words import LANGUAGES, Words
from tests.families.making import MANIFEST, write_family

if TYPE_CHECKING:
    from pathlib import Path

    from onhook.families import Variable
    from tests.workspaces import Office

SHIPPED = Families().names()
RULES = """
[values."*"]
refuses = ["line-break", "control"]
[values.password]
required = true
[not_held]
barred_numbers = "No dial plan."
"""


def write(
    office: Office, name: str, template: str, *, escaping: str = "xml", more: str = ""
) -> Path:
    """Write a family of one file into the workspace."""
    files = {"manifest.toml": MANIFEST.format(name=name, escaping=escaping) + more}
    return write_family(office.folder / "templates", name, files | {"account.j2": template})


def test_a_manifest_that_cannot_be_read_hides_no_other_family(acme: Office) -> None:
    write(acme, "mine", "<a/>", more="[values.passwrd]\nrequired = true\n")
    ran = acme.run("template", "list")

    assert ran.code == 3
    assert "values.passwrd" in ran.err
    assert [line.split()[0] for line in ran.out.splitlines()[1:]] == list(SHIPPED)


# --- show -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_a_family_is_shown_with_its_facts_its_variables_and_its_templates(
    acme: Office, name: str
) -> None:
    shown = acme.do("template", "show", name).out
    manifest = Families().get(name).manifest

    assert manifest.title in shown
    assert " ".join(manifest.certainty.evidence.split()) in " ".join(shown.split())
    for spec in manifest.files:
        for fact in (spec.name, spec.media_type, spec.encoding, spec.line_ends, spec.escaping):
            assert fact in shown
    for variable in VARIABLES:
        assert variable.meaning in shown
    for reason in Families().get(name).not_held.values():
        assert reason in shown
    for template in (*(spec.template for spec in manifest.files), manifest.qr.template):
        assert template is None or Families().get(name).folder.text(template).rstrip() in shown


def test_show_marks_the_variables_a_family_uses(acme: Office) -> None:
    write(acme, "mine", "<a>{{ mail }}</a>", more=RULES)
    shown = acme.do("template", "show", "mine").out
    family = acme.ask("template", "show", "mine").data["family"]

    assert [one["name"] for one in family["variables"] if one["used"]] == ["mail"]
    assert [line.split()[1] for line in shown.splitlines() if line.startswith("*  ")] == ["mail"]
    assert family["values"] == {
        "*": {"refuses": ["line-break", "control"]},
        "password": {"required": True},
    }
    assert family["not_held"] == {"barred_numbers": "No dial plan."}
    assert not family["shipped"]
    assert family["templates"][0]["text"] == "<a>{{ mail }}</a>"


def test_show_tells_that_a_picture_would_hold_the_password(acme: Office) -> None:
    inline = MANIFEST.format(name="mine", escaping="xml").replace(
        'payload = "url"', 'payload = "inline"\ntemplate = "qr.j2"\nescaping = "uri"'
    )
    files = {"manifest.toml": inline, "account.j2": "<a/>", "qr.j2": "x:{{ password }}"}
    write_family(acme.folder / "templates", "mine", files)

    assert "--allow-secret-qr" in acme.do("template", "show", "mine").out
    assert acme.ask("template", "show", "mine").data["family"]["qr"]["secret"] is True


def test_show_shows_a_family_whose_template_is_broken_and_says_what_is_wrong(acme: Office) -> None:
    write(acme, "mine", "\n{{ passwrd }}")
    shown = acme.run("template", "show", "mine")

    assert shown.code == 3
    assert "{{ passwrd }}" in shown.out
    assert "line 2" in shown.err
    assert "password" in shown.err


def test_show_shows_what_a_template_includes(acme: Office) -> None:
    write_family(acme.folder / "templates", "mine", {"parts/tail.j2": "<tail/>"})
    write(acme, "mine", "<a>{% include 'parts/tail.j2' %}</a>")

    assert "<tail/>" in acme.do("template", "show", "mine").out


def test_show_gives_no_sign_of_a_template_to_the_terminal(acme: Office) -> None:
    write(acme, "mine", "\t<a>\x1b[2J</a>", escaping="none")
    shown = acme.do("template", "show", "mine").out

    assert "\t<a>\\u001b[2J</a>" in shown


@pytest.mark.parametrize("command", ["show", "check"])
def test_an_unknown_family_is_told_with_the_nearest_name(acme: Office, command: str) -> None:
    ran = acme.ask("template", command, "linfone")

    assert ran.code == 4
    assert ran.codes == ["family-unknown"]
    assert "linphone" in ran.json["errors"][0]["mend"]


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda one: one.name)
def test_a_variable_means_the_same_on_screen_as_in_the_guide(variable: Variable) -> None:
    key = variable.name.replace("_", "-")

    assert Words("en")(f"variable-{key}") == variable.meaning
    for language in LANGUAGES:
        assert Words(language)(f"variable-type-{variable.type.replace(' ', '-')}")


# --- check ------------------------------------------------------------------------------------


def test_every_shipped_family_passes(acme: Office) -> None:
    ran = acme.ask("template", "check")

    assert ran.code == 0, ran.said
    assert [one["name"] for one in ran.data["families"]] == list(SHIPPED)
    for one in ran.data["families"]:
        assert one["ok"]
        assert one["samples"] >= 2
        assert one["read_back"] > 100
        assert one["refused"] > 20


def test_a_table_tells_how_each_family_did(acme: Office) -> None:
    write(acme, "mine", "<a>{{ mail }}", escaping="xml")
    ran = acme.run("template", "check")
    rows = [line.split() for line in ran.out.splitlines()]

    assert ran.code == 3
    assert [row[-1] for row in rows if row[:1] == ["linphone"]] == ["ok"]
    assert ["mine", "0", "0", "0", "1", "fault"] in rows
    assert "onhook template check mine" in ran.err


def test_only_the_families_named_are_checked(acme: Office) -> None:
    write(acme, "mine", "<a>{{ mail }}", escaping="xml")

    assert acme.run("template", "check", "linphone", "3cx").code == 0


def test_one_familys_faults_hide_no_others(acme: Office) -> None:
    write(acme, "a-manifest", "<a/>", more="[values.passwrd]\nrequired = true\n")
    write(acme, "b-syntax", "\n{% if %}")
    write(acme, "c-names", "{{ passwrd }}\n{{ extention }}\n{{ mial }}")
    write(acme, "d-broken", "<a>{{ mail }}", escaping="xml")
    write(acme, "e-file", "{% include 'gone.j2' %}")
    ran = acme.ask("template", "check")
    found = {
        one["name"]: [fault["code"] for fault in one["faults"]] for one in ran.data["families"]
    }

    assert ran.code == 3
    assert {name: codes for name, codes in found.items() if codes} == {
        "a-manifest": ["manifest-key-unknown"],
        "b-syntax": ["template-syntax-wrong"],
        "c-names": ["variable-unknown"] * 3,
        "d-broken": ["output-not-well-formed"],
        "e-file": ["family-file-missing"],
    }
    assert set(found) == {*SHIPPED, "a-manifest", "b-syntax", "c-names", "d-broken", "e-file"}


def test_every_unknown_variable_is_told_with_file_line_and_nearest_name(acme: Office) -> None:
    write(acme, "mine", "{{ passwrd }}\n\n{% if extention %}{{ mial }}{% endif %}")
    said = acme.run("template", "check", "mine").out

    for line, misspelt, nearest in (
        (1, "passwrd", "password"),
        (3, "extention", "extension"),
        (3, "mial", "mail"),
    ):
        assert f"account.j2, line {line}: there is no variable {misspelt}" in said
        assert f"perhaps you mean {nearest}" in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_value_that_breaks_the_file_is_told_with_its_place(acme: Office, lang: str) -> None:
    write(acme, "mine", "<a>\n{{ auth_id }}{{ password }}</a>", escaping="none")
    manifest = acme.folder / "templates" / "mine" / "manifest.toml"
    manifest.write_text(manifest.read_text().replace("text/plain", "application/xml"))
    ran = acme.run("template", "check", "mine", "--lang", lang)
    faults = acme.ask("template", "check", "mine", "--lang", lang).data["families"][0]["faults"]

    assert ran.code == 3
    assert {fault["code"] for fault in faults} == {"value-breaks-file", "value-not-found-again"}
    assert "account.j2" in ran.out
    assert "a&b" in ran.out
    assert "[values.password]" in ran.out


MANY, END = "{% for i in range(10000) %}", "{% endfor %}"
HOSTILE = {
    "endless": (
        f"\n{MANY}{MANY}{MANY}{END}{END}{END}",
        "template-too-slow",
    ),
    "range": ("\n{{ range(1000000000)|length }}", "template-forbidden"),
    "times": ("\n{{ 'a' * 10**9 }}", "template-forbidden"),
    "joined": ("\n{{ range(10000)|join('x' * 1000000) }}", "template-too-hungry"),
    "doubled": (
        f"\n{{% set n = namespace(x='aaaa') %}}{MANY}{{% set n.x = n.x ~ n.x %}}{END}",
        "template-too-hungry",
    ),
    "output": (f"\n{MANY}{MANY}xxxxxxxxxxxx{END}{END}", "template-too-big"),
    "file": ("\n{% include '/etc/passwd' %}", "template-forbidden"),
    "above": ("\n{% include '../../onhook.toml' %}", "template-forbidden"),
    "attribute": ("\n{{ password.__class__.__mro__ }}", "template-forbidden"),
    "format": ("\n{{ '{0.__class__}'.format(password) }}", "template-forbidden"),
    "macro": ("\n{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "template-fails"),
    "nested": ("\n{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "template-syntax-wrong"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_template_is_stopped_and_told_with_file_and_line(acme: Office, name: str) -> None:
    template, code = HOSTILE[name]
    folder = write(acme, name, template, escaping="none")
    started = time.process_time()
    ran = acme.ask("template", "check", name)
    (fault,) = ran.data["families"][0]["faults"]

    assert ran.code == 3
    assert fault["code"] == code
    assert str(folder / "account.j2") in fault["message"]
    if code not in ("template-too-big", "template-syntax-wrong"):  # which are of no one line
        assert "line 2" in fault["message"]
    assert time.process_time() - started < 10


def test_hostile_families_leave_the_others_as_they_are(acme: Office) -> None:
    for name in ("file", "times", "macro"):
        write(acme, name, HOSTILE[name][0], escaping="none")
    ran = acme.ask("template", "check")

    assert [one["name"] for one in ran.data["families"] if not one["ok"]] == [
        "file",
        "macro",
        "times",
    ]


def test_a_check_shows_no_value_of_a_sample(acme: Office) -> None:
    folder = write(acme, "mine", "<a>{{ password }}", escaping="xml")
    sample = folder / "samples" / "real" / "values.toml"
    sample.parent.mkdir(parents=True)
    sample.write_text('password = "hunter-the-second"\n')

    assert "hunter" not in acme.run("template", "check", "mine").said
    assert "hunter" not in acme.ask("template", "check", "mine").said
