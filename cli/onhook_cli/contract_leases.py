"""Tell what the end of a contract means for the devices leased under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook_cli.lease_life import debt_in_words
from onhook_cli.lease_told import tell_withdrawn

if TYPE_CHECKING:
    from onhook.leasing.ending import Ended
    from onhook.leasing.happening import Told
    from onhook_cli.session import Session

_SHOWN = 20


def tell_devices(session: Session, ended: Ended) -> None:
    """Say by when which device is to be sent back."""
    if not ended.devices:
        return
    session.say("contract-leases", count=len(ended.devices))
    for told in ended.devices[:_SHOWN]:
        _tell_device(session, told)
    if len(ended.devices) > _SHOWN:
        session.say("contract-leases-more", count=len(ended.devices) - _SHOWN)


def tell_debts(session: Session, ended: Ended) -> None:
    """Say that all debts fall due, and which those of the devices are (J-L12)."""
    session.say("contract-debts-due", rule=ended.debts_rule)
    for device, debt in ended.debts[:_SHOWN]:
        session.say("contract-debt", device=device, what=debt_in_words(debt, session.words))
    if len(ended.debts) > _SHOWN:
        session.say("contract-debts-more", count=len(ended.debts) - _SHOWN)


def _tell_device(session: Session, told: Told) -> None:
    state = session.words(f"lease-state-{told.shown.state}")
    due = next((one for one in told.shown.dues if one.kind.endswith("-return")), None)
    if due is None:
        session.say("contract-lease-entered", device=told.device, state=state)
    else:
        facts = {"device": told.device, "state": state, "on": due.due_on, "rule": due.rule}
        session.say("contract-leases-due", **facts)
    if told.withdrawn is not None:
        tell_withdrawn(session, told.withdrawn)
