"""Print what an import says of each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onhook.words import printable
from onhook_cli.session import error_object

if TYPE_CHECKING:
    from onhook.imports import ImportReport, Verdict
    from onhook_cli.session import Session

_SHOWN_MISSING = 20
_SHOWN_NEW = 10
_SHOWN_HEADERS = 10


def print_import(session: Session, report: ImportReport) -> None:
    """Print verdicts, what is missing, and a summary; refusals end the command."""
    session.errors = report.errors
    session.subjects = {
        verdict.error: verdict.subject for verdict in report.verdicts if verdict.error is not None
    }
    if session.json:
        session.data = _object(session, report)
        return
    _print_verdicts(session, report)
    if report.unknown_columns:
        _print_unknown(session, report.unknown_columns)
    if report.missing:
        _print_missing(session, report.missing)
    for number in report.started:
        session.say("import-contract-started", contract=number)
    counts = {state: str(count) for state, count in report.counts().items()}
    key = "import-dry-run" if report.dry_run else "import-done"
    session.say(key, path=report.path, encoding=report.encoding, **counts)
    session.errors_told = True


def _print_verdicts(session: Session, report: ImportReport) -> None:
    """Print what a person wants to know of: not what is unchanged, and not ten thousand new."""
    plain = 0
    for verdict in report.verdicts:
        if verdict.state in ("new", "unchanged") and not verdict.notes:
            plain += verdict.state == "new"
            if verdict.state == "unchanged" or plain > _SHOWN_NEW:
                continue
        session.print(_line(session, verdict))
    if plain > _SHOWN_NEW:
        session.say("import-more-new", count=plain - _SHOWN_NEW)


def _line(session: Session, verdict: Verdict) -> str:
    """Return a verdict as lines of text: what, and for a refusal why and how to mend it."""
    words = session.words
    head = words("import-line", line=verdict.line, subject=verdict.subject)
    state = words(f"import-{verdict.state}", fields=", ".join(verdict.fields))
    lines = [f"{head}  {state}"]
    lines += [f"    {words(note.key, **note.data)}" for note in verdict.notes]
    if verdict.error is not None:
        message = words.error(verdict.error)
        column = f"{printable(verdict.column)}: " if verdict.column else ""
        lines += [f"    {column}{message.says}", f"    {words('mend-sign')} {message.mend}"]
    return "\n".join(lines)


def _print_unknown(session: Session, headers: tuple[str, ...]) -> None:
    """Tell of columns that were passed over; by name where they are few and each may matter."""
    names = f" ({', '.join(map(printable, headers))})" if len(headers) <= _SHOWN_HEADERS else ""
    session.say("import-unknown-columns", count=len(headers), names=names)


def _print_missing(session: Session, missing: tuple[str, ...]) -> None:
    shown = ", ".join(missing[:_SHOWN_MISSING])
    more = len(missing) - _SHOWN_MISSING
    session.say(
        "import-missing", count=len(missing), subjects=shown + (f" … +{more}" if more > 0 else "")
    )


def _object(session: Session, report: ImportReport) -> dict[str, Any]:
    return {
        "file": report.path,
        "encoding": report.encoding,
        "dry_run": report.dry_run,
        "counts": report.counts(),
        "rows": [_row(session, verdict) for verdict in report.verdicts],
        "missing": list(report.missing),
        "unknown_columns": list(report.unknown_columns),
        "contracts_started": list(report.started),
    }


def _row(session: Session, verdict: Verdict) -> dict[str, Any]:
    error = verdict.error
    return {
        "line": verdict.line,
        "subject": verdict.subject,
        "state": verdict.state,
        "fields": list(verdict.fields),
        "column": verdict.column,
        "notes": [session.words(note.key, **note.data) for note in verdict.notes],
        "error": None if error is None else error_object(error, session.words),
    }
