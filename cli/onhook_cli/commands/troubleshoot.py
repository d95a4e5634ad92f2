"""The command ``onhook troubleshoot``."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from onhook_cli.command import command
from onhook_cli.flow_words import Told, how_to_go_on, started, walk_object
from onhook_cli.options import Device, Extension
from onhook_cli.reissued import show_codes, tell_renewal
from onhook_cli.session import Session, error_text
from onhook_cli.single_key import LEAVE, can_ask, press
from onhook_cli.symbols import tell_code
from onhook_devices.errors import OnhookError, UsageError
from onhook_devices.flow import End

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onhook.repair.walks import Standing, Walk


class NobodyToAsk(UsageError):
    """There is no terminal to ask on, and no answers were given."""

    command: str
    account: str


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "troubleshoot", example="onhook troubleshoot 101")(troubleshoot)


def troubleshoot(
    session: Session,
    extension: Extension,
    *,
    device: Device = None,
    answers: Annotated[
        str | None,
        typer.Option(help="Ask nothing: these are the answers.", metavar="q1=no,q2=no,..."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the walk that was left.")
    ] = False,
) -> None:
    """Walk the troubleshooting flow for a phone that fails.

    What onhook knows it answers itself and says why. Keys: y yes, n no, b back, q leave; a walk
    that was left can be gone on with. Each is kept: see onhook walk
    """
    if answers is None and not can_ask(session):
        raise NobodyToAsk(session.command, extension)
    if answers is not None:
        standing, unasked = _by_script(session, extension, device, answers, resume=resume)
    else:
        standing, unasked = _in_person(session, extension, device, resume=resume), []
    _tell_how_it_ended(session, standing, unasked)


# --- with prepared answers ---------------------------------------------------------------------


def _by_script(
    session: Session, extension: str, device: str | None, text: str, *, resume: bool
) -> tuple[Standing, Sequence[str]]:
    """Give the answers, all in one transaction."""
    from onhook.repair.walks import answer_all, begin, candidate_of, open_walk
    from onhook_devices.walking import parse_answers

    with session.workspace.writing() as work:
        whose = session.customer
        found = candidate_of(work, extension, customer=whose, device=device)
        said = parse_answers(work.workspace.flows.get(found.terms.service.id), text)
        if resume:
            standing = open_walk(work, extension, customer=whose, device=device)
        else:
            standing = begin(work, extension, customer=whose, device=device, said=said)
        standing, unasked = answer_all(work, standing, said)
    for line in Told.of(session, standing).story(standing.walk):
        session.print(line)
    return standing, unasked


# --- with a person at the keys -----------------------------------------------------------------


def _in_person(session: Session, extension: str, device: str | None, *, resume: bool) -> Standing:
    """Go on with the walk that was left, if that is wanted, or begin a new one."""
    from onhook.repair.errors import NoOpenWalk
    from onhook.repair.walks import open_walk

    try:
        with session.workspace.reading() as work:
            left = open_walk(work, extension, customer=session.customer, device=device)
    except NoOpenWalk:
        if resume:
            raise
    else:
        key = "y" if resume else _asked_to_go_on(session, left)
        if key != "n":
            return left if key == LEAVE else _talk(session, left)
    return _talk(session, _begun(session, extension, device))


def _begun(session: Session, extension: str, device: str | None) -> Standing:
    from onhook.repair.walks import begin

    with session.workspace.writing() as work:
        standing = begin(work, extension, customer=session.customer, device=device)
    walk = standing.walk
    session.say("walk-begins", subject=f"{walk.account} {walk.device}".rstrip(), number=walk.id)
    return standing


def _asked_to_go_on(session: Session, left: Standing) -> str:
    walk = left.walk
    told = {"number": walk.id, "when": started(walk), "who": walk.started_by}
    prompt = session.words("walk-left-there", **told, at=walk.stands_at.upper())
    return press(session, prompt, "ynq")


def _talk(session: Session, standing: Standing) -> Standing:
    """Ask until it is over or somebody leaves; each answer is kept at once."""
    from onhook.repair.walks import answer, step_back

    told = Told.of(session, standing)
    offered: set[str] = set()
    shown = 0
    while True:
        nodes = standing.flow.nodes
        for one in standing.walk.answers[shown:]:
            session.print(told.line(nodes[one.id]))
            session.print(told.answered(one))
        node = standing.position.node
        if standing.position.is_over and node.id in standing.walk.given:
            return standing
        session.print(told.line(node))
        if isinstance(node, End):
            session.print(told.fee(node))
            if node.offers is not None and node.id not in offered:
                offered.add(node.id)
                if _offer(session, standing, node) == LEAVE:
                    return standing
        if standing.position.is_over:
            return standing
        prompt = "walk-works-now" if isinstance(node, End) else "walk-keys"
        key = press(session, session.words(prompt), "ynbq")
        if key == LEAVE:
            return standing
        with session.workspace.writing() as work:
            if key == "b":
                standing = step_back(work, standing)
                shown = len(standing.walk.answers)
            else:
                shown = len(standing.walk.answers) + 1
                standing = answer(work, standing, yes=key == "y")


def _offer(session: Session, standing: Standing, end: End) -> str:
    """Do the customer's step, as far as onhook can, if that is wanted; a refusal is told.

    Returns:
        The key that was pressed; '' where nothing could be offered.
    """
    walk = standing.walk
    if end.offers == "reissue":
        prompt, act = session.words("walk-offer-reissue"), _reissue
    else:
        others = ", ".join(one for one in standing.candidate.shared_with if one != walk.account)
        told = {"account": walk.account, "device": walk.device, "others": others}
        if not others:
            return ""
        prompt, act = session.words("walk-offer-keep", **told), _keep
    key = press(session, prompt, "ynq")
    if key == "y":
        try:
            act(session, walk)
        except OnhookError as error:
            session.print(error_text(error, session.words))
    return key


def _reissue(session: Session, walk: Walk) -> None:
    from onhook.kits.sink import NoSink
    from onhook.repair.reissuing import Wanted, reissue

    wanted = Wanted(
        account=walk.account,
        reason=f"walk {walk.id}",
        device=walk.device or None,
        needs_device=bool(walk.device),
    )
    done = reissue(session.workspace, wanted, NoSink())
    for error in done.errors:
        session.print(error_text(error, session.words))
    for renewal in done.renewals:
        if not renewal.outcome.errors:
            tell_renewal(session, renewal)
    show_codes(session, done)
    if not done.errors:
        _tell_code(session, walk)


def _tell_code(session: Session, walk: Walk) -> None:
    """Tell the short code: whoever is on the telephone does not see this screen."""
    from onhook.kits.symbols import NoLink

    with suppress(NoLink):  # its QR code holds the settings, or there is no public address
        tell_code(session, walk.account, walk.device or None)


def _keep(session: Session, walk: Walk) -> None:
    from onhook.devices.assignments import keep

    with session.workspace.writing() as work:
        kept, ended = keep(work, walk.device, walk.account, None)
    session.say("device-kept-only", device=walk.device, account=kept, others=", ".join(ended))


# --- how it ended ------------------------------------------------------------------------------


def _tell_how_it_ended(session: Session, standing: Standing, unasked: Sequence[str]) -> None:
    walk, node = standing.walk, standing.position.node
    command = how_to_go_on(walk)
    if walk.state == "open":
        session.say("walk-open", number=walk.id, at=walk.stands_at.upper(), command=command)
    else:
        session.say(f"walk-{walk.state}", number=walk.id)
    if unasked:
        session.say("walk-not-asked", answers=", ".join(unasked))
    session.data = {
        "walk": walk_object(session, walk),
        "at": Told.of(session, standing).object(node),
        "not_asked": list(unasked),
    }
