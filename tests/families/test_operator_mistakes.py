"""What an operator does wrong is told with file and line, and does no harm."""

import os
import threading
from dataclasses import fields
from pathlib import Path
from time import process_time

import pytest

from onhook.families import CannotCarry, Families, Family
from onhook.families.errors import (
    FamilyFileMissing,
    FamilyUnknown,
    FamilyUnreadable,
    FileNameUnsafe,
    SampleDiffers,
    TemplateFails,
    TemplateForbidden,
    TemplateSyntaxWrong,
    TemplateTooBig,
    TemplateTooSlow,
    VariableUnknown,
)
from onhook.families.samples import check_samples
from onhook_devices.errors import OnhookError
from tests.families.making import MANIFEST, SHIPPED, family_of, text_of, values, write_family

SECRET = "hunter-the-second"


def fault_of(family: Family) -> OnhookError:
    """Return how the family fails on the example."""
    with pytest.raises(OnhookError) as failed:
        family.render(values(password=SECRET))
    assert SECRET not in f"{failed.value!r} {failed.value} {failed.value.data}"
    assert failed.value.__cause__ is None  # a cause's frames would hold the values
    assert failed.value.__suppress_context__ or failed.value.__context__ is None
    return failed.value


def test_an_undefined_variable_is_named_with_line_and_nearest_name(tmp_path: Path) -> None:
    fault = fault_of(family_of(tmp_path, "one\n{% if mail %}\n{{ passwrd }}\n{% endif %}\n"))

    assert isinstance(fault, VariableUnknown)
    assert fault.data == {
        "file": str(tmp_path / "mine" / "account.j2"),
        "line": "3",
        "variable": "passwrd",
        "nearest": "password",
    }


def test_an_undefined_variable_is_found_where_no_rendering_would_meet_it(tmp_path: Path) -> None:
    family = family_of(tmp_path, "{% if false %}{{ extensoin }}{% endif %}")

    with pytest.raises(VariableUnknown):
        family.compile()


def test_an_undefined_variable_in_an_included_file_is_told_there(tmp_path: Path) -> None:
    write_family(tmp_path, "mine", {"parts/tail.j2": "\n{{ nmae }}"})
    fault = fault_of(family_of(tmp_path, "{% include 'parts/tail.j2' %}"))

    assert isinstance(fault, VariableUnknown)
    assert fault.file.endswith("mine/parts/tail.j2")
    assert fault.line == 2


def test_an_undefined_variable_in_a_files_name_is_told_in_the_manifest(tmp_path: Path) -> None:
    manifest = MANIFEST.format(name="mine", escaping="xml").replace(
        '"account.txt"', '"{{ extention }}.txt"'
    )
    write_family(tmp_path, "mine", {"manifest.toml": manifest, "account.j2": ""})
    fault = fault_of(Families(tmp_path).get("mine"))

    assert isinstance(fault, VariableUnknown)
    assert fault.file.endswith("mine/manifest.toml")
    assert fault.nearest == "extension"


def test_an_undefined_attribute_is_told_with_its_line(tmp_path: Path) -> None:
    fault = fault_of(family_of(tmp_path, "\n{% for n in [1] %}\n{{ loop.nmae }}{% endfor %}"))

    assert isinstance(fault, TemplateFails)
    assert fault.line == 3


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("a\nb\n{{ extension", 3),
        ("{% if mail %}\n\n", 2),
        ("\n{{ extension|nosuchfilter }}", 2),
        ("\n\n{{ extension|e }}", 3),
        ("{{ extension|safe }}", 1),
        ("{% if extension is nosuchtest %}{% endif %}", 1),
        ("\n{% if extension|nosuchfilter %}{% endif %}", 2),
    ],
)
def test_a_syntax_error_is_told_with_its_line(tmp_path: Path, template: str, line: int) -> None:
    fault = fault_of(family_of(tmp_path, template))

    assert isinstance(fault, TemplateSyntaxWrong)
    assert fault.line == line
    assert fault.reason


def test_an_endless_loop_is_stopped(tmp_path: Path) -> None:
    loops = "\n".join(f"{{% for {name} in range(10000) %}}" for name in "abc")
    family = family_of(tmp_path, f"{loops}{'{% endfor %}' * 3}")
    started = process_time()
    fault = fault_of(family)

    assert isinstance(fault, TemplateTooSlow)
    assert fault.line in {1, 2, 3}
    assert process_time() - started < 4
    assert text_of(family_of(tmp_path, "{{ extension }}", name="other")) == "101"


def test_an_endless_output_is_stopped(tmp_path: Path) -> None:
    inner = "{% for b in range(10000) %}xxxxxxxxxxxxxxxxxxxxxxx{% endfor %}"
    family = family_of(tmp_path, f"{{% for a in range(10000) %}}{inner}{{% endfor %}}")

    assert isinstance(fault_of(family), TemplateTooBig)


def test_an_endless_output_is_stopped_in_any_thread(tmp_path: Path) -> None:
    inner = "{% for b in range(10000) %}xxxxxxxxxxxxxxxxxxxxxxx{% endfor %}"
    family = family_of(tmp_path, f"{{% for a in range(10000) %}}{inner}{{% endfor %}}")
    faults: list[OnhookError] = []
    thread = threading.Thread(target=lambda: faults.append(fault_of(family)))
    thread.start()
    thread.join()

    assert [type(fault) for fault in faults] == [TemplateTooBig]


def test_empty_parts_end_no_file_early(tmp_path: Path) -> None:
    family = family_of(tmp_path, "{% for i in range(500) %}{{ '' }}{% endfor %}end")

    assert text_of(family) == "end"


@pytest.mark.parametrize(
    "expression",
    [
        "'x' * 1000000000",
        "1000000000 * 'x'",
        "[1] * 1000000000",
        "10 ** 10000000",
        "(2 ** 1000) * (2 ** 4000)",
        "'%1000000000d' % 1",
        "range(100000000)|length",
        "range(100000)|join",
        "('x' * 1000000) + ('x' * 1000000)",
        "('x' * 10000)|replace('', 'x' * 10000)",
    ],
)
def test_what_would_fill_the_memory_is_refused(tmp_path: Path, expression: str) -> None:
    fault = fault_of(family_of(tmp_path, f"\n{{{{ {expression} }}}}"))

    assert isinstance(fault, TemplateForbidden)
    assert fault.line == 2


@pytest.mark.parametrize("expression", ["3 * 4", "2 ** 3 + 4", "7 % 5 + 10", "'6' * 2 ~ ''"])
def test_ordinary_sums_are_allowed(tmp_path: Path, expression: str) -> None:
    assert text_of(family_of(tmp_path, f"{{{{ {expression} }}}}")) in {"12", "66"}


@pytest.mark.parametrize(
    "template",
    [
        "\n{% include '/etc/passwd' %}",
        "\n{% include '../other/secret.j2' %}",
        "\n{% include 'parts/../../other/secret.j2' %}",
        "\n{% include 'parts\\\\..\\\\secret.j2' %}",
        "\n{% include password %}",
        "\n{% include ['/etc/passwd'] %}",
        "\n{% extends '/etc/passwd' %}",
        "\n{% import '/etc/passwd' as x %}",
        "\n{% from '../x' import y %}",
        "\n{{ ''.__class__ }}",
        "\n{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "\n{{ ''['__class__'] }}",
        "\n{{ ''['__cla' ~ 'ss__'] }}",
        "\n{{ range.__init__ }}",
        "\n{{ namespace.__init__.__globals__ }}",
        "\n{{ '{0.__class__}'.format(password) }}",
        "\n{{ password.encode() }}",
        "\n{{ password.zfill(1000000000) }}",
        "\n{% for i in [1] %}{{ loop._iterable }}{% endfor %}",
        "\n{% for i in [1] %}{{ loop['_iterable'] }}{% endfor %}",
    ],
)
def test_what_is_not_the_templates_own_is_refused(tmp_path: Path, template: str) -> None:
    write_family(tmp_path, "other", {"secret.j2": SECRET})
    fault = fault_of(family_of(tmp_path, template))

    assert isinstance(fault, TemplateForbidden)
    assert fault.line == 2


def test_what_is_private_is_refused_where_no_rendering_would_meet_it(tmp_path: Path) -> None:
    family = family_of(tmp_path, "{% if false %}\n{{ mail.__class__ }}{% endif %}")

    with pytest.raises(TemplateForbidden) as forbidden:
        family.compile()
    assert (forbidden.value.line, forbidden.value.what) == (2, ".__class__")


@pytest.mark.parametrize("name", ["lipsum", "cycler", "joiner", "dict", "open", "config", "values"])
def test_nothing_but_the_variables_is_in_reach(tmp_path: Path, name: str) -> None:
    assert isinstance(fault_of(family_of(tmp_path, f"{{{{ {name} }}}}")), VariableUnknown)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
    folder = write_family(tmp_path, "mine", {})
    folder.mkdir(exist_ok=True)
    (folder / "out.j2").symlink_to(tmp_path / "secret")
    fault = fault_of(family_of(tmp_path, "{% include 'out.j2' %}"))

    assert isinstance(fault, TemplateForbidden)
    assert fault.file.endswith("mine/out.j2")


def test_a_linked_folder_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    write_family(tmp_path, "other", {"secret.j2": SECRET})
    folder = write_family(tmp_path, "mine", {"account.j2": ""})
    (folder / "parts").symlink_to(tmp_path / "other")

    assert isinstance(
        fault_of(family_of(tmp_path, "{% include 'parts/secret.j2' %}")), TemplateForbidden
    )


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    folder = write_family(tmp_path, "mine", {"account.j2": ""})
    (folder / "a.j2").symlink_to("b.j2")
    (folder / "b.j2").symlink_to("a.j2")

    assert isinstance(
        fault_of(family_of(tmp_path, "{% include 'a.j2' %}")),
        TemplateForbidden | FamilyFileMissing,
    )


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    folder = write_family(tmp_path, "mine", {"real.j2": "{{ extension }}"})
    (folder / "alias.j2").symlink_to("real.j2")

    assert text_of(family_of(tmp_path, "{% include 'alias.j2' %}")) == "101"


def test_a_pipe_instead_of_a_template_blocks_nobody(tmp_path: Path) -> None:
    folder = write_family(tmp_path, "mine", {"account.j2": ""})
    os.mkfifo(folder / "pipe.j2")

    assert isinstance(fault_of(family_of(tmp_path, "{% include 'pipe.j2' %}")), FamilyFileMissing)


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    write_family(tmp_path, "mine", {"manifest.toml": MANIFEST.format(name="mine", escaping="xml")})
    fault = fault_of(Families(tmp_path).get("mine"))

    assert isinstance(fault, FamilyFileMissing)
    assert fault.file.endswith("mine/account.j2")


def test_a_template_that_is_no_text_is_told(tmp_path: Path) -> None:
    folder = write_family(
        tmp_path, "mine", {"manifest.toml": MANIFEST.format(name="mine", escaping="xml")}
    )
    (folder / "account.j2").write_bytes("髙橋".encode("cp932"))

    assert isinstance(fault_of(Families(tmp_path).get("mine")), FamilyUnreadable)


def test_a_template_beyond_every_size_is_told(tmp_path: Path) -> None:
    assert isinstance(fault_of(family_of(tmp_path, "x" * (1 << 20) + "x")), FamilyUnreadable)


def test_a_template_that_includes_itself_is_stopped(tmp_path: Path) -> None:
    fault = fault_of(family_of(tmp_path, "{% include 'account.j2' %}"))

    assert isinstance(fault, TemplateFails)
    assert fault.reason == "RecursionError"


@pytest.mark.parametrize(
    "expression", ["1 / 0", "extension + 1", "barred_numbers", "none", "range", "extension|abs"]
)
def test_an_error_while_rendering_is_told_with_its_line(tmp_path: Path, expression: str) -> None:
    fault = fault_of(family_of(tmp_path, f"\n\n{{{{ {expression} }}}}"))

    assert isinstance(fault, TemplateFails)
    assert fault.line == 3


@pytest.mark.parametrize(
    "name",
    [
        "../{{ extension }}.cfg",
        "{{ display_name }}.cfg",
        "/etc/{{ extension }}",
        ".hidden",
        "CON.cfg",
        "con",
        "manifest.json",
        "QR.png",
        "a/b",
        "a\\\\b",
        "{{ mobile }}",
        "name. ",
        "{{ 'x' * 200 }}",
    ],
)
def test_a_file_name_that_could_do_harm_is_refused(tmp_path: Path, name: str) -> None:
    manifest = MANIFEST.format(name="mine", escaping="xml").replace("account.txt", name)
    write_family(tmp_path, "mine", {"manifest.toml": manifest, "account.j2": ""})

    assert isinstance(fault_of(Families(tmp_path).get("mine")), FileNameUnsafe)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    manifest = MANIFEST.format(name="mine", escaping="xml")
    second = manifest[manifest.index("[[files]]") :].replace("account.txt", "Account.TXT")
    write_family(tmp_path, "mine", {"manifest.toml": f"{manifest}\n{second}", "account.j2": ""})

    assert isinstance(fault_of(Families(tmp_path).get("mine")), FileNameUnsafe)


def test_what_a_filter_makes_is_looked_at_again(tmp_path: Path) -> None:
    family = family_of(tmp_path, "x\n{{ 'a' ~ '\\n' }}", escaping="ini")

    with pytest.raises(CannotCarry) as refused:
        family.render(values())
    assert refused.value.field.endswith("mine/account.j2:2")


def test_a_line_break_cannot_stand_in_a_sip_name(tmp_path: Path) -> None:
    family = family_of(tmp_path, "{{ display_name|sip_quoted }}")

    with pytest.raises(CannotCarry):
        family.render(values(display_name="a\nb"))


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ display_name }}", "&lt;a&gt;"),
        ("{% set x %}<b>{{ display_name }}</b>{% endset %}{{ x }}", "<b>&lt;a&gt;</b>"),
        ("{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}{{ m(display_name) }}", "<b>&lt;a&gt;</b>"),
        ("{{ display_name ~ '&' }}", "&lt;a&gt;&amp;"),
        ("{{ display_name|sip_quoted }}", "&quot;&lt;a&gt;&quot;"),
        ("{{ '<' }}", "&lt;"),
        ("{% block x %}{{ display_name }}{% endblock %}{{ self.x() }}", "&lt;a&gt;" * 2),
        ("{{ use_tunnel }} {{ tunnel_port }}", "false 5090"),
        ("{{ barred_numbers|join('|') }}", "1&amp;|2"),
        ("{% set n = namespace(i=0) %}{% for b in 'ab' %}{% set n.i = 2 %}{% endfor %}{{ n.i }}",
         "2"),
        ("{% import 'lib.j2' as lib %}{{ lib.tag(display_name) }}", "<t>&lt;a&gt;</t>"),
        ("{% from 'lib.j2' import tag as t %}{{ t('&') }}", "<t>&amp;</t>"),
        ("{% raw %}{{ x }}{% endraw %}{# no {{ y }} #}", "{{ x }}"),
    ],
)  # fmt: skip
def test_everything_is_escaped_once(tmp_path: Path, template: str, expected: str) -> None:
    write_family(tmp_path, "mine", {"lib.j2": "{% macro tag(x) %}<t>{{ x }}</t>{% endmacro %}"})
    family = family_of(tmp_path, template)

    assert text_of(family, display_name="<a>", barred_numbers=("1&", "2")) == expected


def test_a_value_is_never_taken_for_a_template(tmp_path: Path) -> None:
    family = family_of(tmp_path, "{{ display_name }}", escaping="none")

    assert text_of(family, display_name="{{ password }}{% raw %}") == "{{ password }}{% raw %}"


@pytest.mark.parametrize("name", ["linfone", "../linphone", "linphone/", "LINPHONE", ""])
def test_an_unknown_family_is_told_with_the_nearest(tmp_path: Path, name: str) -> None:
    with pytest.raises(FamilyUnknown) as unknown:
        Families(tmp_path).get(name)

    assert unknown.value.known == ", ".join(SHIPPED)
    assert unknown.value.nearest == ("linphone" if "lin" in name else unknown.value.nearest)


def test_a_sample_that_differs_is_told_with_its_line(tmp_path: Path) -> None:
    family = family_of(tmp_path, "one\n{{ extension }}\n")
    sample = {"values.toml": 'extension = "7"\n', "account.txt": "one\n8\n"}
    write_family(tmp_path, "mine", {f"samples/a/{name}": text for name, text in sample.items()})
    write_family(tmp_path, "mine", {"samples/b/values.toml": ""})

    differs, missing = check_samples(family)
    assert isinstance(differs, SampleDiffers)
    assert differs.line == 2
    assert isinstance(missing, FamilyFileMissing)
    assert missing.file.endswith("samples/b/account.txt")


def test_no_value_that_lets_somebody_in_is_shown(tmp_path: Path) -> None:
    secret = values(password=SECRET, msisdn=SECRET, tunnel_password=SECRET, provisioning_url=SECRET)
    rendering = family_of(tmp_path, "{{ password }}").render(secret)

    assert SECRET not in f"{secret!r} {secret} {rendering!r} {rendering.files[0]!r}"
    assert {f.name for f in fields(secret) if not f.repr} == {
        *("password", "msisdn", "tunnel_password", "provisioning_url"),
    }
