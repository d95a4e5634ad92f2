"""Say what was issued again, and show its QR code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook_cli.session import Session, local_time
from onhook_cli.symbols import draw, fits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onhook.kits.making import Outcome
    from onhook.repair.differences import Change
    from onhook.repair.reissuing import Former, Reissued, Renewal


def tell_renewal(session: Session, renewal: Renewal) -> None:
    """Say what became of a kit, whether the one before was fetched, and what differs."""
    one, former = renewal.outcome, renewal.former
    subject = f"{one.account} {one.device}".rstrip()
    session.say("reissue-line", subject=subject, issue=one.issue, family=one.family)
    if former is None:
        session.say("reissue-first")
        return
    _tell_former(session, former)
    if renewal.changes is None:
        session.say("reissue-unreadable", issue=former.issue)
    for change in renewal.changes or ():
        _tell_change(session, change)


def _tell_former(session: Session, former: Former) -> None:
    told = {"issue": former.issue, "made": local_time(former.made_at)}
    if former.fetches is None:
        session.say("reissue-no-link", **told)
    elif former.fetches:
        session.say("reissue-fetched", **told, count=former.fetches)
    else:
        session.say("reissue-never-fetched", **told)
    if former.was_live:
        session.say("reissue-link-dead")


def _tell_change(session: Session, change: Change) -> None:
    if change.is_secret or not (change.before or change.after):
        key = "reissue-changed" if change.is_changed else "reissue-unchanged"
        session.say(key, field=change.field)
        return
    session.say(
        "reissue-differs",
        field=change.field,
        before=change.before or "-",
        after=change.after or "-",
    )


def show_codes(session: Session, done: Reissued, *, allow_secret_qr: bool = False) -> None:
    """Draw the QR code of what was issued again, or say how to."""
    made = [one.outcome for one in done.renewals if not one.outcome.errors]
    show_qr(session, made, allow_secret_qr=allow_secret_qr)


def show_qr(session: Session, made: Sequence[Outcome], *, allow_secret_qr: bool = False) -> None:
    """Draw the QR code where there is one and the screen is wide enough; else say how to."""
    from onhook.kits.symbols import NoLink, current_symbol

    if session.json or not made:
        return
    with session.workspace.reading() as work:
        for one in made:
            try:
                drawn = current_symbol(
                    work, one.account, None, one.device or None, allow_secret_qr=allow_secret_qr
                )
            except NoLink:  # without `public_url` there is nothing to draw
                continue
            if len(made) == 1 and fits(drawn):
                draw(session, drawn)
            else:
                option = f" --device {one.device}" if one.device else ""
                session.say("reissue-draw", command=f"onhook qr {one.account}{option}")
