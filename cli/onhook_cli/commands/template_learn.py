"""The command ``onhook template learn``."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from onhook_cli.session import Session
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from onhook.families import Values
    from onhook.learning import Answer, Differing, Hints, Question, Second, Study

EXAMPLE = "onhook template learn 3cxprov_101.3cxconfig --account 101 --family office"


def learn(
    session: Session,
    sample: Annotated[
        Path, typer.Argument(help="A file the PBX made for the account.", metavar="SAMPLE")
    ],
    *,
    account: Annotated[
        list[str],
        typer.Option(
            help="Whose file it is; once more for each --confirm, in the same order.",
            metavar="EXT",
        ),
    ],
    family: Annotated[str, typer.Option(help="What to call the new family.", metavar="NAME")],
    confirm: Annotated[
        list[Path] | None,
        typer.Option(help="A file made for another account, to compare.", metavar="SAMPLE2"),
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(
            help="Answer an open question: 12:5=extension, 12:5=keep, extension=keep.",
            metavar="PLACE=ANSWER",
        ),
    ] = None,
    escaping: Annotated[
        str | None,
        typer.Option(
            help="How values are escaped [default: as the file looks].",
            metavar="xml|json|ini|key-value|...",
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            help="How names beyond ASCII are to be written [default: as the file shows].",
            metavar="utf-8|...",
        ),
    ] = None,
    accept_differences: Annotated[
        bool,
        typer.Option(
            "--accept-differences", help="Keep SAMPLE's text where --confirm shows another."
        ),
    ] = False,
    replace_: Annotated[
        bool, typer.Option("--replace", help="Replace the family, if there is one.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be learned; write nothing.")
    ] = False,
) -> None:
    """Learn a softphone's format from a file the PBX made.

    The account's values are found in the file and replaced by variables; every other byte stays.
    What is not certain is asked on a terminal, and refused elsewhere with the answers that settle
    it. The family is written only if it gives the sample back byte by byte.
    """
    from onhook.learning import Plan, free_name, make_family, read_answers, refusals

    confirm = confirm or []
    values = _values(session, account)
    _check_counts([found.account for found in values], confirm)
    free_name(family, session.workspace.families, replaces=replace_)
    one = _studied(sample, values[0], read_answers(answer or ()), _hints(escaping, encoding))
    seconds = [_second(path, found) for path, found in zip(confirm, values[1:], strict=True)]
    for second in seconds:
        one = one.confirmed(second)
    one = _asked(session, one)
    _tell(session, one)
    session.errors += refusals(one)
    differing = [] if session.errors else [field for two in seconds for field in one.differing(two)]
    _tell_differing(session, differing)
    session.errors += _refused(one, differing, accepted=accept_differences)
    if session.errors or dry_run:
        return
    operator = session.workspace.settings.folder / "templates"
    plan = Plan(family, operator, replace_, len(seconds), len(differing))
    with session.workspace.writing() as work:
        place = make_family(one, plan)
        work.record("family.learn", family, account=one.known.account, replaced=replace_)
    session.say("learn-written", family=family, place=place, account=one.known.account)
    session.data["family"] = family
    session.data["place"] = str(place)


def _check_counts(accounts: list[str], confirm: list[Path]) -> None:
    from onhook.learning.errors import SamplesAndAccounts

    if len(accounts) != len(confirm) + 1 or len(set(accounts)) < len(accounts):
        raise SamplesAndAccounts(", ".join(accounts), str(len(confirm) + 1))


def _values(session: Session, accounts: list[str]) -> list[Values]:
    """Return what onhook knows of each account; on which of its devices makes no difference."""
    from onhook.kits.candidates import TermsCache, load_chunk, values_of
    from onhook.subjects import find_account

    workspace = session.workspace
    with workspace.reading() as work:
        terms = TermsCache(work)
        found = [
            load_chunk(work, terms, [find_account(work.connection, named, session.customer).id])[0]
            for named in accounts
        ]
    return [values_of(workspace.keys.accounts, candidate, "") for candidate in found]


def _hints(escaping: str | None, encoding: str | None) -> Hints:
    from onhook.families.encoding import EncodingName
    from onhook.families.escaping import EscapingName
    from onhook.learning import Hints

    return Hints(
        cast("EscapingName | None", _one_of("escaping", escaping, get_args(EscapingName))),
        cast("EncodingName | None", _one_of("encoding", encoding, get_args(EncodingName))),
    )


def _one_of(option: str, given: str | None, known: tuple[str, ...]) -> str | None:
    from onhook.settings import BadSetting

    if given is not None and given not in known:
        raise BadSetting(option, f"--{option}", " | ".join(known))
    return given


def _studied(sample: Path, values: Values, answers: tuple[Answer, ...], hints: Hints) -> Study:
    from onhook.learning import read_sample, study

    return study(read_sample(sample), values, answers, hints)


def _second(sample: Path, values: Values) -> Second:
    from onhook.learning import Second, known_of, read_sample

    return Second(read_sample(sample), values, known_of(values))


def _asked(session: Session, one: Study) -> Study:
    """Ask what is open, on a terminal; a script is told all questions at once."""
    if session.json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return one
    with suppress(EOFError):  # whoever ends the input leaves the rest open
        while questions := one.questions():
            asked = questions[0]
            session.say("learn-question", **_told(session, asked))
            says = input(session.words("learn-prompt", options=" | ".join(asked.options))).strip()
            one = _answered(session, one, asked, says)
    return one


def _told(session: Session, asked: Question) -> dict[str, str]:
    within = session.words("learn-within", within=asked.within) if asked.within else ""
    suggested = session.words("learn-suggested", suggested=asked.suggested)
    hint = suggested if asked.suggested else ""
    return {"place": asked.place, "text": asked.text, "within": within, "hint": hint}


def _answered(session: Session, one: Study, asked: Question, says: str) -> Study:
    """Return the study with an answer; with ``!`` it holds for all alike questions."""
    from onhook.learning import Answer

    for_all, says = says.endswith("!"), says.rstrip("!").strip()
    if says not in asked.options:
        session.say("learn-not-an-option", options=" | ".join(asked.options))
        return one
    alike = [other for other in one.questions() if other.options == asked.options]
    return one.answered(Answer(other.place, says) for other in (alike if for_all else [asked]))


def _tell(session: Session, one: Study) -> None:
    replaced = one.replaced()
    headers = ("place", "variable", "text", "spelling", "field")
    session.table(headers, ((r.place, r.variable, r.text, r.form, r.field_name) for r in replaced))
    session.say("learn-form", escaping=one.shape.escaping, encoding=one.encoding)
    if one.encoding == "ascii":
        session.say("learn-ascii-only")
    if one.not_found:
        session.say("learn-not-found", names=", ".join(one.not_found))
    if one.known.empty:
        session.say("learn-empty", account=one.known.account, names=", ".join(one.known.empty))
    session.data = {
        "sample": one.source.file,
        "account": one.known.account,
        "escaping": one.shape.escaping,
        "encoding": one.encoding,
        "line_ends": one.source.line_ends,
        "replaced": [asdict(found) for found in replaced],
        "not_found": list(one.not_found),
        "empty": list(one.known.empty),
        "questions": [asdict(asked) for asked in one.questions()],
        "differing": [],
        "place": None,
    }


def _tell_differing(session: Session, found: list[Differing]) -> None:
    session.data["differing"] = [asdict(one) for one in found]
    if found:
        headers = ("place", "file", "line", "first", "second", "field")
        session.say("learn-differing", count=len(found))
        session.table(
            headers, ((d.place, d.file, d.line, d.first, d.second, d.name) for d in found)
        )


def _refused(one: Study, found: list[Differing], *, accepted: bool) -> list[OnhookError]:
    """Return the fields that nobody allowed to stay; for a link it takes an answer of its own."""
    from onhook.learning.errors import LinksDiffer, SamplesDiffer

    return [
        (LinksDiffer if field.is_in_link else SamplesDiffer)(
            field.place, field.file, field.line, field.first, field.second, field.name
        )
        for field in found
        if not one.is_kept(field.place) and (field.is_in_link or not accepted)
    ]
