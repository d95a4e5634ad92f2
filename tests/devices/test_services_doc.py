"""docs/services.md is all that an operator has: it must name every key and all that is allowed."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args, get_origin

import pytest

from onhook.words import Words
from onhook_devices.schema import keys
from onhook_devices.service import Service, Services, read_service
from onhook_devices.service_errors import ServiceValueWrong
from onhook_devices.terms.common import Bilingual

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DOC = ROOT.joinpath("docs/services.md").read_text(encoding="utf-8")
EXAMPLE = DOC.partition("```toml\n")[2].partition("```\n")[0]


def record_in(hint: object) -> type[object] | None:
    """Return the record type in an optional, bounded or listed type, or None."""
    if isinstance(hint, type) and hasattr(hint, "_fields"):
        return hint
    if get_origin(hint) is Literal:
        return None
    return next((kind for kind in map(record_in, get_args(hint)) if kind), None)


def tables(kind: type[object] = Service, path: str = "") -> Iterator[tuple[str, type[object]]]:
    """Yield every table a service's file may have, with its record type."""
    yield path, kind
    for name, hint in keys(kind).items():
        inner = record_in(hint)
        if inner is not None and inner is not Bilingual:
            yield from tables(inner, f"{path}.{name}" if path else name)


def words_in(hint: object) -> set[str]:
    """Return the words that may stand where `hint` is asked for."""
    if get_origin(hint) is Literal:
        return set(get_args(hint))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {str(member) for member in hint}
    inner = get_args(hint)[:1] if get_origin(hint) is Annotated else get_args(hint)
    return {word for part in inner for word in words_in(part)}


def section(path: str) -> str:
    """Return what the document says about a table."""
    heading = rf"### `\[+{re.escape(path)}\]+`\n" if path else "### At the top\n"
    found = re.search(f"(?s)^{heading}(.*?)(?=^### |\\Z)", DOC, re.MULTILINE)
    assert found, f"docs/services.md has no section for [{path}]"
    return found[1]


@pytest.mark.parametrize(("path", "kind"), list(tables()), ids=str)
def test_every_key_and_every_allowed_word_is_in_the_document(path: str, kind: type[object]) -> None:
    told = section(path)
    for name, hint in keys(kind).items():
        inner = record_in(hint)
        if inner is not None and inner is not Bilingual:
            continue
        line = re.search(f"(?m)^- `{name}`: .+", told)
        assert line, f"docs/services.md does not tell {path}.{name}"
        assert all(f'"{word}"' in line[0] for word in words_in(hint)), line[0]


def test_the_document_tells_no_key_that_does_not_exist() -> None:
    for path, kind in tables():
        told = set(re.findall(r"(?m)^- `(\w+)`:", section(path)))
        assert told <= set(keys(kind)), path
    headings = set(re.findall(r"(?m)^### `\[+([\w.]+)\]+`$", DOC))
    assert headings == {path for path, _ in tables() if path}


def test_what_may_be_left_out_is_told() -> None:
    for path, kind in tables():
        optional = getattr(kind, "_field_defaults")  # noqa: B009 - typed as a plain type
        for name, hint in keys(kind).items():
            inner = record_in(hint)
            if inner is None or inner is Bilingual:
                line = re.search(f"(?m)^- `{name}`: .+", section(path))
                assert line
                assert ("may be left out" in line[0]) == (name in optional), line[0]
            else:
                told = section(f"{path}.{name}" if path else name)
                assert told.lstrip().startswith("May be left out") == (name in optional), name


def test_the_example_loads_as_it_stands(tmp_path: Path) -> None:
    tmp_path.joinpath("acme-phone.toml").write_text(EXAMPLE, encoding="utf-8")

    service = Services(tmp_path).get("acme-phone")

    assert service.name.en == "Acme Phone"
    assert service.leases is None


def test_the_error_shown_is_what_comes_out() -> None:
    with pytest.raises(ServiceValueWrong) as fault:
        read_service(EXAMPLE.replace("hours = 24", 'hours = "one day"'), "services/acme-phone.toml")

    message = Words("en").error(fault.value)
    assert f"    {message.says}\n    {message.mend}\n" in DOC
