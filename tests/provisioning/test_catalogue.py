"""Nothing is said in one language only, and no error is without words."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from itertools import product
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import onhook
import onhook_cli
import onhook_devices
from onhook.subjects import BadExtension
from onhook.words import LANGUAGES, Words, catalogue
from onhook.words import entry as looked_up
from onhook_devices.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    OnhookError,
    Refused,
    StorageFault,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CATEGORIES = {OnhookError, UsageError, InvalidInput, NotFound, Conflict, Refused, StorageFault}
PACKAGES = (onhook, onhook_cli, onhook_devices)
PARTS = ("says", "mend")


def modules() -> Iterator[str]:
    for package in PACKAGES:
        yield package.__name__
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not found.name.endswith((".__main__", ".env")):  # those run when imported
                yield found.name


def error_classes() -> list[type[OnhookError]]:
    """Return every error class of onhook's own modules."""
    names = {package.__name__ for package in PACKAGES}
    for name in modules():
        importlib.import_module(name)
    found: set[type[OnhookError]] = set()
    waiting: list[type[OnhookError]] = [OnhookError]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            found.add(kind)
            waiting.append(kind)
    ours = (kind for kind in found if kind.__module__.partition(".")[0] in names)
    return sorted(ours, key=lambda kind: kind.__qualname__)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


ERRORS = [
    kind for kind in error_classes() if kind not in CATEGORIES and not kind.__name__.startswith("_")
]


def test_errors_are_found_in_every_room() -> None:
    rooms = {kind.__module__.rpartition(".")[0] for kind in ERRORS}

    assert {"onhook", "onhook.tables", "onhook.families", "onhook_devices", "onhook_cli"} <= rooms


def test_every_error_says_what_is_wrong_and_how_to_mend_it() -> None:
    for kind, part, language in product(ERRORS, PARTS, LANGUAGES):
        text = catalogue()["error"].get(kind.code(), {}).get(part, {}).get(language, "")
        known = set(kind.field_names()) - {"rule"}

        assert text.strip(), f"{part}.{language} of [error.{kind.code()}] is missing"
        assert placeholders(text) <= known, (kind, part, language)


def test_an_error_names_its_subject_in_both_languages_alike() -> None:
    for kind, part in product(ERRORS, PARTS):
        said = catalogue()["error"][kind.code()][part]

        assert placeholders(said["ja"]) == placeholders(said["en"]), (kind, part)


def test_an_error_belongs_to_one_category_so_that_it_has_an_exit_code() -> None:
    for kind in ERRORS:
        assert kind.exit_code != 0, kind
        assert kind.exit_code == 1 or issubclass(kind, tuple(CATEGORIES - {OnhookError})), kind


def test_no_two_errors_share_a_code() -> None:
    codes = [kind.code() for kind in ERRORS]

    assert sorted(set(codes)) == sorted(codes)


def test_no_words_are_left_of_errors_that_are_gone() -> None:
    assert set(catalogue()["error"]) == {kind.code() for kind in ERRORS}


def test_a_text_takes_the_same_variables_in_both_languages() -> None:
    for key, entry in catalogue()["text"].items():
        assert set(entry) == set(LANGUAGES), key
        assert placeholders(entry["ja"]) == placeholders(entry["en"]), key
        assert all(text.strip() for text in entry.values()), key


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for package in PACKAGES:
        for path in Path(package.__path__[0]).rglob("*.py"):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def keys_in_source() -> Iterator[tuple[str, str]]:
    """Yield where a text is looked up, and its key; ``*`` stands for what is known later."""
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and _looks_up(node.func):
                for key in _keys(node.args[0], tree):
                    yield f"{path.name}:{node.lineno}", key


def _looks_up(function: ast.expr) -> bool:
    """Tell whether a call is ``words(...)``, ``say(...)`` or ``Note(...)``."""
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in {"words", "say", "Note"}


def _keys(node: ast.expr, tree: ast.Module) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(p.value if isinstance(p, ast.Constant) else "*" for p in node.values)  # type: ignore[misc]  # texts only
    elif isinstance(node, ast.IfExp):
        yield from _keys(node.body, tree)
        yield from _keys(node.orelse, tree)
    elif isinstance(node, ast.Name):
        for assigned in ast.walk(tree):
            if (
                isinstance(assigned, ast.Assign)
                and getattr(assigned.targets[0], "id", "") == node.id
            ):
                yield from _keys(assigned.value, tree)


def test_every_text_that_source_looks_up_is_in_the_catalogue() -> None:
    known = set(catalogue()["text"])
    found = list(keys_in_source())

    assert len(found) > 40
    missing = [
        (where, key)
        for where, key in found
        if not (any(map(_fits(key), known)) if "*" in key else key in known)
    ]
    assert not missing


def _fits(pattern: str) -> Callable[[str], bool]:
    head, _, tail = pattern.partition("*")
    return lambda key: key.startswith(head) and key.endswith(tail.rpartition("*")[2])


def test_every_column_of_a_table_has_a_heading() -> None:
    known = set(catalogue()["text"])
    headers = {
        str(element.value)
        for path, tree in sources()
        if "commands" in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "headers"
        for element in getattr(node.value, "elts", [])
        if isinstance(element, ast.Constant)
    }

    assert len(headers) > 20
    assert {f"column-{header}" for header in headers} <= known


def test_words_of_an_error_show_no_sign_a_terminal_would_obey() -> None:
    said = Words("en").error(BadExtension("1\x1b[2J\u202e2")).says

    assert "\x1b" not in said
    assert "\u202e" not in said
    assert r"\u001b" in said


def test_an_entry_that_is_looked_up_alone_is_the_catalogues() -> None:
    for kind in ("error", "text"):
        found = catalogue()[kind]
        assert {key: looked_up(kind, key) for key in found} == found
