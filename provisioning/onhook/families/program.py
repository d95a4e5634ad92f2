"""Compile one template, and know before the first rendering what it uses."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from jinja2 import Template, TemplateSyntaxError, nodes

from onhook.families.errors import (
    TemplateForbidden,
    TemplateSyntaxWrong,
    TemplateTooBig,
    VariableUnknown,
)
from onhook.families.folder import Source, leads_out
from onhook.families.limits import MOST_CHARACTERS, within_limits
from onhook.families.manifest import nearest
from onhook.families.values import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.families.sandbox import FamilyEnvironment
    from onhook.families.values import Values

# What jinja2 itself defines inside loops, macros and blocks.
_GIVEN: Final = frozenset({"caller", "kwargs", "loop", "self", "super", "varargs"})
_PARTS_AT_ONCE: Final = 100
_REFERENCES: Final = (nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include)


class Program:
    """One compiled template: values in, text out.

    Attributes:
        file: Where its text stands.
        uses: The variables it (and what it includes) really names.
    """

    def __init__(self, environment: FamilyEnvironment, source: Source) -> None:
        self.file = source.file
        self._globals = dict(environment.globals)
        try:
            with within_limits(source.file, is_trusted=environment.folder.is_shipped):
                parsed = list(_parsed(environment, source))
                self.uses = _used(environment, parsed)
                self._template = _compiled(environment, parsed[0])
        except RecursionError as error:  # nested too deep to be looked through
            raise _not_python(source, error) from None
        self._names = tuple(sorted(self.uses))

    def __call__(self, values: Values) -> str:
        """Return the template filled in.

        Raises:
            TemplateTooBig: It writes more than `MOST_CHARACTERS`.
            Exception: Whatever a template may do wrong; see `onhook.families.faults`.
        """
        given = {name: getattr(values, name) for name in self._names} | self._globals
        context = self._template.new_context(given, shared=True)  # adding globals costs 4 us
        parts = iter(self._template.root_render_func(context))
        return _joined(parts, self.file)


@dataclass(frozen=True, slots=True)
class _Parsed:
    source: Source
    tree: nodes.Template


def _joined(parts: Iterator[str], file: str) -> str:
    """Join what a template writes; a few parts at a time, so that it cannot fill the memory."""
    text = ""
    while some := tuple(islice(parts, _PARTS_AT_ONCE)):
        text += "".join(some)
        if len(text) > MOST_CHARACTERS:
            raise TemplateTooBig(file, MOST_CHARACTERS)
    return text


def _parsed(environment: FamilyEnvironment, source: Source) -> Iterator[_Parsed]:
    """Yield the template, then every other it refers to, each once."""
    waiting, seen = [source], {source.file}
    while waiting:
        current = waiting.pop()
        parsed = _Parsed(current, _parse(environment, current))
        _refuse_private(parsed)
        _refuse_unknown(environment, parsed)
        yield parsed
        for other in _referenced(environment, parsed):
            if other.file not in seen:
                seen.add(other.file)
                waiting.append(other)


def _parse(environment: FamilyEnvironment, source: Source) -> nodes.Template:
    try:
        return environment.parse(source.text, source.file, source.file)
    except TemplateSyntaxError as error:
        raise _syntax_wrong(source, error) from None
    except ValueError as error:  # a number of more digits than Python reads
        raise _not_python(source, error) from None


def _compiled(environment: FamilyEnvironment, parsed: _Parsed) -> Template:
    file = parsed.source.file
    try:
        code = environment.compile(parsed.tree, file, file)
    except TemplateSyntaxError as error:  # such as one block defined twice
        raise _syntax_wrong(parsed.source, error) from None
    except (SyntaxError, ValueError) as error:  # blocks nested too deep for Python
        raise _not_python(parsed.source, error) from None
    return Template.from_code(environment, code, environment.make_globals(None))


def _syntax_wrong(source: Source, error: TemplateSyntaxError) -> TemplateSyntaxWrong:
    return TemplateSyntaxWrong(source.file, error.lineno, error.message or "")


def _not_python(source: Source, error: Exception) -> TemplateSyntaxWrong:
    reason = error.msg if isinstance(error, SyntaxError) else type(error).__name__
    return TemplateSyntaxWrong(source.file, 1, reason)


def _refuse_private(parsed: _Parsed) -> None:
    """Refuse what no template has a reason to name: ``.__class__`` and the like."""
    for node in parsed.tree.find_all(nodes.Getattr):
        if node.attr.startswith("_"):
            raise TemplateForbidden(parsed.source.file, node.lineno, f".{node.attr}")


def _refuse_unknown(environment: FamilyEnvironment, parsed: _Parsed) -> None:
    """Refuse unknown filters and tests; within an ``if``, jinja2 would wait for the rendering."""
    kinds = ((nodes.Filter, environment.filters, "filter"), (nodes.Test, environment.tests, "test"))
    for kind, known, word in kinds:
        for node in parsed.tree.find_all(kind):
            if node.name not in known:
                reason = f"no {word} named {node.name!r}"
                raise TemplateSyntaxWrong(parsed.source.file, node.lineno, reason)


def _referenced(environment: FamilyEnvironment, parsed: _Parsed) -> Iterator[Source]:
    for node in parsed.tree.find_all(_REFERENCES):
        named = getattr(node, "template", None)  # jinja2 types what it finds as any statement
        name = named.value if isinstance(named, nodes.Const) else None
        if not isinstance(name, str) or leads_out(name):
            what = "include" if name is None else str(name)
            raise TemplateForbidden(parsed.source.file, node.lineno, what)
        yield environment.folder.source(name)


def _used(environment: FamilyEnvironment, parsed: list[_Parsed]) -> frozenset[str]:
    """Return the variables used; refuse one that does not exist."""
    names = [(one, node) for one in parsed for node in one.tree.find_all(nodes.Name)]
    own = {node.name for _, node in names if node.ctx != "load"}
    known = NAMES | own | _defined(parsed) | _GIVEN | environment.globals.keys()
    for one, node in names:
        if node.name not in known:
            near = nearest(node.name, NAMES | own)
            raise VariableUnknown(one.source.file, node.lineno, node.name, near)
    return frozenset(node.name for _, node in names if node.ctx == "load") & NAMES


def _defined(parsed: list[_Parsed]) -> set[str]:
    """Return the names of macros and imports."""
    defined: set[str] = set()
    for one in parsed:
        defined.update(macro.name for macro in one.tree.find_all(nodes.Macro))
        defined.update(found.target for found in one.tree.find_all(nodes.Import))
        for found in one.tree.find_all(nodes.FromImport):
            defined.update(name[1] if isinstance(name, tuple) else name for name in found.names)
    return defined
