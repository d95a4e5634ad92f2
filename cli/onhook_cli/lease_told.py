"""Tell what came of an entry in the register of leases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onhook_cli.lease_life import event_in_words, show_object, tell_standing
from onhook_cli.session import Session

if TYPE_CHECKING:
    from onhook.leasing.happening import Told
    from onhook.leasing.withdrawing import TakenOff, Withdrawal
    from onhook.words import Words

_WAITS = ("fault-reported", "charge-open", "lost", "charge-settled", "undecided")
"""States in which somebody has something to do next; texts ``lease-next-...`` say what."""


def tell(session: Session, told: Told) -> None:
    """Say what was entered, what the device is now, what is due and owed, and what ended."""
    words = session.words
    if told.event is None:
        session.say("lease-nothing-happened", device=told.device, number=told.number)
    else:
        what = event_in_words(told.event, words)
        facts = {"device": told.device, "number": told.number, "on": told.event.on}
        session.say("lease-entered", **facts, what=what)
    state = told.shown.state
    session.say("lease-is-now", device=told.device, state=words(f"lease-state-{state}"))
    tell_standing(session, told.shown)
    if state in _WAITS:
        session.say(f"lease-next-{state}", device=told.device)
    if told.withdrawn is not None:
        tell_withdrawn(session, told.withdrawn)
    if told.restored:
        _tell_restored(session, told)
    for other in told.others:
        tell(session, other)


def told_object(told: Told, words: Words) -> dict[str, Any]:
    """Return what came of an entry as it stands in JSON."""
    from onhook_devices.leasing.details import details_of

    shown = show_object(told.shown, words)
    return {
        "device": told.device,
        "entry": told.number,
        "step": None if told.event is None else told.event.verb,
        "on": None if told.event is None else told.event.on,
        "details": {} if told.event is None else details_of(told.event),
        **{name: shown[name] for name in ("state", "due", "charges")},
        "withdrawn": None if told.withdrawn is None else _withdrawn_object(told.withdrawn),
        "restored": list(told.restored),
        "others": [told_object(one, words) for one in told.others],
    }


def tell_withdrawn(session: Session, withdrawn: Withdrawal) -> None:
    """Say what ended with a device."""
    if withdrawn.links_revoked:  # none, where a contract's end has killed them
        told = {"device": withdrawn.device, "count": withdrawn.links_revoked}
        session.say("lease-links-dead", **told)
    for one in withdrawn.accounts:
        session.say("lease-taken-off", account=one.account, device=withdrawn.device)
        _tell_password(session, one)


def _tell_password(session: Session, one: TakenOff) -> None:
    if one.has_new_password:
        session.say("lease-new-password", account=one.account)
        if one.others:
            devices = ", ".join(one.others)
            session.say("reissue-others", account=one.account, devices=devices)
    if one.has_msisdn:
        session.say("reissue-msisdn-stays", account=one.account)


def _tell_restored(session: Session, told: Told) -> None:
    for account in told.restored:
        session.say("lease-restored", account=account, device=told.device)


def _withdrawn_object(withdrawn: Withdrawal) -> dict[str, Any]:
    return {
        "why": withdrawn.why,
        "links_revoked": withdrawn.links_revoked,
        "accounts": [
            {
                "account": one.account,
                "new_password": one.has_new_password,
                "pbx_pending": one.has_new_password,
                "msisdn_stays": one.has_msisdn,
                "devices_left": list(one.others),
            }
            for one in withdrawn.accounts
        ],
    }
