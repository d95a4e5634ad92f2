"""Print one softphone family: what ``template show`` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onhook.families import VARIABLES
from onhook.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.families import Variable
    from onhook.families.manifest import FileSpec, ValueRule
    from onhook.families.portrait import Portrait
    from onhook_cli.session import Session

_USED = "*"


def print_family(session: Session, found: Portrait) -> None:
    """Print facts, files, conditions, variables and the templates' text."""
    session.print(f"{found.manifest.name}  {printable(found.manifest.title)}\n")
    for line in _facts(session, found):
        session.print(line)
    _print_files(session, found.manifest.files)
    _print_conditions(session, found)
    _print_not_held(session, found)
    _print_variables(session, found)
    for source in found.templates:
        session.print(f"\n--- {printable(source.file)}\n{_as_it_is(source.text)}")


def _facts(session: Session, found: Portrait) -> Iterator[str]:
    words, manifest = session.words, found.manifest
    grounds = manifest.certainty
    origin = "template-shipped" if found.is_shipped else "template-own"
    facts = {
        "version": manifest.version,
        "origin": words(origin, place=found.place),
        "certainty": words(f"certainty-{grounds.level}"),
        "evidence": grounds.evidence,
        "clients": ", ".join(grounds.clients),
        "platforms": ", ".join(manifest.platforms),
        "qr": words(f"template-qr-{'secret' if found.has_secret_in_qr else manifest.qr.payload}"),
        "qr-max-bytes": manifest.qr.max_bytes,
    }
    return (words(f"template-fact-{key}", value=value) for key, value in facts.items() if value)


def _print_files(session: Session, files: tuple[FileSpec, ...]) -> None:
    if not files:
        return
    _print_title(session, "template-files")
    headers = (
        *("family-file", "family-template", "family-media-type"),
        *("family-encoding", "family-line-ends", "family-escaping", "family-max-bytes"),
    )
    session.table(headers, (_file_row(spec) for spec in files))


def _file_row(spec: FileSpec) -> tuple[object, ...]:
    form = (spec.encoding, spec.line_ends, spec.escaping, spec.max_bytes or "")
    return (spec.name, spec.template, spec.media_type, *form)


def _print_conditions(session: Session, found: Portrait) -> None:
    if not found.rules:
        return
    _print_title(session, "template-asked")
    headers = ("family-variable", "family-condition")
    rows = (
        (_variable(session, name), "; ".join(_conditions(session, rule)))
        for name, rule in found.rules.items()
    )
    session.table(headers, rows)


def _variable(session: Session, name: str) -> str:
    return session.words("template-every") if name == "*" else name


def _conditions(session: Session, rule: ValueRule) -> Iterator[str]:
    """Yield each condition a rule states, in words."""
    for key, value in rule._asdict().items():
        if value:
            told = "  ".join(value) if isinstance(value, tuple) else value
            yield session.words(f"template-rule-{key.replace('_', '-')}", value=told)


def _print_not_held(session: Session, found: Portrait) -> None:
    if found.not_held:
        _print_title(session, "template-not-held")
        headers = ("family-variable", "family-reason")
        session.table(headers, found.not_held.items())


def _print_variables(session: Session, found: Portrait) -> None:
    session.print()
    session.say("template-variables", sign=_USED)
    headers = ("family-used", "family-variable", "family-type", "family-meaning")
    session.table(
        headers,
        (
            (
                _USED if one.name in found.uses else "",
                one.name,
                session.words(f"variable-type-{one.type.replace(' ', '-')}"),
                _meaning(session, one),
            )
            for one in VARIABLES
        ),
    )


def _meaning(session: Session, variable: Variable) -> str:
    meaning = session.words(f"variable-{variable.name.replace('_', '-')}")
    return session.words("template-secret", meaning=meaning) if variable.is_secret else meaning


def _print_title(session: Session, key: str) -> None:
    session.print(f"\n{session.words(key)}")


def _as_it_is(text: str) -> str:
    """Return a template's text; what a terminal would obey is written as its code."""
    lines = text.removesuffix("\n").split("\n")
    return "\n".join("\t".join(map(printable, line.split("\t"))) for line in lines)


def family_object(found: Portrait) -> dict[str, Any]:
    """Return a family as it stands in JSON."""
    manifest = found.manifest
    return {
        "name": manifest.name,
        "title": manifest.title,
        "version": manifest.version,
        "shipped": found.is_shipped,
        "folder": found.place,
        "certainty": manifest.certainty.level,
        "evidence": manifest.certainty.evidence,
        "clients": list(manifest.certainty.clients),
        "platforms": list(manifest.platforms),
        "qr": {**manifest.qr._asdict(), "secret": found.has_secret_in_qr},
        "files": [spec._asdict() for spec in manifest.files],
        "values": {name: _stated(rule) for name, rule in found.rules.items()},
        "not_held": dict(found.not_held),
        "variables": [
            {
                "name": one.name,
                "type": one.type,
                "meaning": one.meaning,
                "secret": one.is_secret,
                "used": one.name in found.uses,
            }
            for one in VARIABLES
        ],
        "templates": [{"file": one.file, "text": one.text} for one in found.templates],
    }


def _stated(rule: ValueRule) -> dict[str, object]:
    return {key: value for key, value in rule._asdict().items() if value}
