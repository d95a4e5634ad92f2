"""Look through a family's templates as text: which there are, and where a variable stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jinja2 import TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from onhook.families.errors import VariableUnknown
from onhook.families.manifest import nearest
from onhook.families.sandbox import FamilyEnvironment
from onhook.families.values import NAMES
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.families.folder import Folder, Source

_REFERENCES = (nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include)


class Place(NamedTuple):
    """A line of a file, counted from 1."""

    file: str
    line: int


def templates(folder: Folder, name: str) -> Iterator[Source]:
    """Yield the template `name` of the folder and those it refers to, each once.

    What cannot be read or parsed refers to nothing.
    """
    waiting, seen = [name], {name}
    while waiting:
        try:
            source = folder.source(waiting.pop(0))
        except OnhookError:
            continue
        yield source
        for other in _referenced(_tree(folder, source)):
            if other not in seen:
                seen.add(other)
                waiting.append(other)


def first_use(folder: Folder, name: str, variable: str) -> Place:
    """Return where `variable` first stands in template `name` or one it refers to.

    Where it stands in none, the template's first line is returned.
    """
    for source in templates(folder, name):
        for node in _tree(folder, source).find_all(nodes.Name):
            if node.name == variable:
                return Place(source.file, node.lineno)
    return Place(folder.place(name), 1)


def filters(folder: Folder, name: str) -> frozenset[str]:
    """Return the names of the filters used in template `name` and those it refers to."""
    return frozenset(
        node.name
        for source in templates(folder, name)
        for node in _tree(folder, source).find_all(nodes.Filter)
    )


def unknown_variables(folder: Folder, source: Source) -> list[VariableUnknown]:
    """Return every variable of one template that does not exist, not only the first."""
    tree = _tree(folder, source)
    known = NAMES | FamilyEnvironment(folder, "none", "lf").globals.keys()
    unknown = find_undeclared_variables(tree) - known
    return [
        VariableUnknown(source.file, node.lineno, node.name, nearest(node.name, NAMES))
        for node in tree.find_all(nodes.Name)
        if node.name in unknown
    ]


def _tree(folder: Folder, source: Source) -> nodes.Template:
    try:
        return FamilyEnvironment(folder, "none", "lf").parse(source.text)
    except (TemplateSyntaxError, RecursionError, ValueError):
        return nodes.Template([])


def _referenced(tree: nodes.Template) -> Iterator[str]:
    for node in tree.find_all(_REFERENCES):
        named = getattr(node, "template", None)  # jinja2 types what it finds as any statement
        if isinstance(named, nodes.Const) and isinstance(named.value, str):
            yield named.value
