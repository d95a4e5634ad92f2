"""Tell a leased device's life: what was entered, what falls due, what is owed."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from onhook_cli.session import Session, local_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from onhook.leasing.listing import Shown
    from onhook.words import Words
    from onhook_devices.leasing.debts import Debt
    from onhook_devices.leasing.dues import Due
    from onhook_devices.leasing.events import Event
    from onhook_devices.leasing.history import Entry, History


def tell_timeline(session: Session, history: History) -> None:
    """Print what happened, by its day, with the numbers that `lease correct` takes.

    Below an entry that was corrected stands what it said before, and why that was wrong.
    """
    headers = ("lease-number", "lease-day", "lease-what", "lease-entered")
    session.table(headers, list(_rows(history, session.words)))


def tell_standing(session: Session, found: Shown) -> None:
    """Print what falls due, and what is owed with its reasoning."""
    for due in found.dues:
        session.print(_due(due, session.words))
    for debt in found.debts:
        session.print(_debt(debt, session.words))


def event_in_words(event: Event, words: Words) -> str:
    """Return what happened with its details: fault reported (used as prescribed)."""
    from onhook_cli.lease_details import details

    what = words(f"lease-step-{event.verb}")
    told = details(event, words)
    return words("lease-with", what=what, details=words("lease-and").join(told)) if told else what


def _rows(history: History, words: Words) -> Iterator[tuple[object, ...]]:
    counts = history.events
    first = [one for one in history.entries if one.corrects is None]
    days: dict[int, date] = {one.number: history.said(one.number).on for one in first}
    for entry in sorted(first, key=lambda one: (days[one.number], one.number)):
        chain = [one for one in history.entries if entry.number in (one.number, one.corrects)]
        event = counts.get(entry.number)
        what = words("lease-taken-back") if event is None else event_in_words(event, words)
        yield entry.number, days[entry.number], what, _entered(entry)
        for wrong, right in pairwise(chain):
            yield "", "", _corrected(wrong, right, words), _entered(right)


def _corrected(wrong: Entry, right: Entry, words: Words) -> str:
    said = words("lease-said-nothing")
    if wrong.event is not None:
        said = words("lease-said", on=wrong.event.on, what=event_in_words(wrong.event, words))
    return words("lease-corrected", number=right.number, said=said, reason=right.reason)


def _entered(entry: Entry) -> str:
    return f"{local_time(entry.recorded_at)[:10]} {entry.recorded_by}"


def _due(due: Due, words: Words) -> str:
    what = words(f"lease-due-{due.kind}")
    missed = due.if_missed
    if missed is None:
        return words("lease-due", on=due.due_on, what=what, rule=due.rule)
    yen = f"{missed.result.total_yen:,}"
    return words("lease-due-or", on=due.due_on, what=what, rule=due.rule, yen=yen)


def debt_in_words(debt: Debt, words: Words) -> str:
    """Return a charge in a line: how much, of when, whether it is settled."""
    facts = {"on": debt.arises_on, "yen": f"{debt.reckoning.result.total_yen:,}"}
    settled = words(f"lease-{debt.settled or 'open'}")
    return words(f"lease-charge-{debt.kind}", settled=settled, **facts)


def _debt(debt: Debt, words: Words) -> str:
    """Return a charge with its reasoning, a line for each step."""
    from onhook.reasoning import told

    return "\n".join(told(words, debt.reckoning, debt_in_words(debt, words)))


def show_object(found: Shown, words: Words) -> dict[str, Any]:
    """Return a device's whole life as it stands in JSON."""
    from onhook.reasoning import told_steps
    from onhook_devices.leasing.details import details_of

    return {
        "device": found.history.device,
        "state": str(found.state),
        "entries": [
            {
                "number": one.number,
                "step": one.event.verb if one.event else None,
                "on": one.event.on if one.event else None,
                "details": details_of(one.event) if one.event else {},
                "corrects": one.corrects,
                "reason": one.reason,
                "recorded_at": one.recorded_at,
                "recorded_by": one.recorded_by,
            }
            for one in found.history.entries
        ],
        "due": [
            {
                "kind": one.kind,
                "due_on": one.due_on,
                "rule": one.rule,
                "amount_if_missed": one.if_missed.result.total_yen if one.if_missed else None,
            }
            for one in found.dues
        ],
        "charges": [
            {
                "kind": one.kind,
                "arises_on": one.arises_on,
                "yen": one.reckoning.result.total_yen,
                "settled": one.settled,
                "rule": one.reckoning.rule,
                "steps": told_steps(words, one.reckoning),
            }
            for one in found.debts
        ],
    }
