"""The commands ``onhook terms ...``: small calculators that tell the rule they used."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from onhook_cli.command import command, group
from onhook_cli.session import Session
from onhook_devices.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from onhook_cli.reckonings import Answer
    from onhook_devices.outages.outage import Outage
    from onhook_devices.reckoning import Reckoning
    from onhook_devices.service import Service

Whose = Annotated[
    str | None,
    typer.Option(help="Whose terms [default: the workspace's, else jiyu-hodai].", metavar="ID"),
]
Sum = Annotated[str, typer.Argument(help="In whole yen: 39800 or 39,800.", metavar="YEN")]
_DAY = "DATE"
_B = "--service biglobe-mobile"


class OutageIncomplete(UsageError):
    """Beginnings and ends of outages are not as many."""

    begun: str
    ended: str


class BillsIncomplete(UsageError):
    """Some months were given with their bills, and one without."""

    month: str


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    terms = group(app, "terms", "Calculators: what the terms say, and by which rule.")
    _calculator(
        terms, outage_credit, "--from '2026-11-03 10:00' --to '2026-11-03 22:30' --fee 1980"
    )
    _calculator(terms, late_interest, f"50000 --due 2027-01-26 --paid 2027-02-26 {_B}")
    _calculator(terms, evasion, f"10000 --on 2027-06-01 {_B}")
    _calculator(terms, debit_date, f"2026-11 {_B}")
    _calculator(terms, cancel_date, "2027-01-10")
    _calculator(terms, claim_by, "2027-01-30")
    _calculator(terms, deposit_return, "2027-02-28 --deposit 50000 --owed 6000")


def _calculator(terms: typer.Typer, function: Callable[..., None], typed: str) -> None:
    name = function.__name__.replace("_", "-")
    command(terms, name, example=f"onhook terms {name} {typed}")(function)


def outage_credit(
    session: Session,
    *,
    service: Whose = None,
    began: Annotated[
        list[str],
        typer.Option(
            "--from", help="When the provider knew; once for each outage.", metavar="TIME"
        ),
    ],
    ended: Annotated[
        list[str], typer.Option("--to", help="When it was over; once for each.", metavar="TIME")
    ],
    fee: Annotated[str, typer.Option(help="The monthly base fee.", metavar="YEN")],
    calls: Annotated[
        str,
        typer.Option(
            help="Call charges of the six months before, for a service that compensates them.",
            metavar="YEN",
        ),
    ] = "0",
) -> None:
    """What an outage gives the customer (J-S1, B-S1).

    Only where the provider is at fault and the service could not be used at all.
    """
    from onhook.written import read_yen
    from onhook_cli.reckonings import print_answers
    from onhook_devices.agreement import agreed

    wanted = _service(session, service)
    outages = _outages(began, ended)
    fee_yen, calls_yen = read_yen(fee, "--fee"), read_yen(calls, "--calls")
    answers = [
        *(_credits(wanted, outages, fee_yen) if wanted.guarantee else ()),
        *(_compensations(wanted, outages, fee_yen, calls_yen) if wanted.compensation else ()),
    ]
    if not answers:
        agreed(wanted.guarantee, wanted, "guarantee")
    print_answers(session, wanted.id, answers)


def late_interest(
    session: Session,
    overdue: Sum,
    *,
    service: Whose = None,
    due: Annotated[str, typer.Option(help="The last day in time.", metavar=_DAY)],
    paid: Annotated[str, typer.Option(help="The day of payment.", metavar=_DAY)],
) -> None:
    """Interest on a sum that was paid late (B-F2)."""
    from onhook.written import read_day, read_yen
    from onhook_cli.reckonings import answer, print_answers
    from onhook_devices.billing.late import late_interest as interest_on

    wanted = _service(session, service)
    days = {"due_on": read_day(due, "--due"), "paid_on": read_day(paid, "--paid")}
    found = interest_on(wanted, read_yen(overdue, "YEN"), **days)
    print_answers(session, wanted.id, [answer("interest", found, yen=found.result)])


def evasion(
    session: Session,
    dodged: Sum,
    *,
    service: Whose = None,
    on: Annotated[
        str, typer.Option(help="The day the addition is charged; its tax is of it.", metavar=_DAY)
    ],
    dodged_on: Annotated[
        str | None,
        typer.Option(help="The day the charges arose [default: --on].", metavar=_DAY),
    ] = None,
) -> None:
    """What is owed for charges dodged (B-F3).

    These, and twice their sum with tax. YEN is their sum before tax.
    """
    from onhook.written import read_day, read_yen
    from onhook_cli.reckonings import answer, print_answers
    from onhook_devices.billing.dodging import dodged_charges

    wanted = _service(session, service)
    charged_on = read_day(on, "--on")
    arose_on = charged_on if dodged_on is None else read_day(dodged_on, "--dodged-on")
    yen = read_yen(dodged, "YEN")
    found = dodged_charges(wanted, yen, dodged_on=arose_on, charged_on=charged_on)
    owed, added = found.result.dodged.total_yen, found.result.added.total_yen
    facts = {"yen": found.result.total_yen, "dodged_yen": owed, "added_yen": added}
    print_answers(session, wanted.id, [answer("evasion", found, **facts)])


def debit_date(
    session: Session,
    months: Annotated[
        list[str],
        typer.Argument(
            help="Months of use; with what each costs, small bills wait for others.",
            metavar="MONTH[=YEN]...",
        ),
    ],
    *,
    service: Whose = None,
    opening: Annotated[
        str | None,
        typer.Option(help="The month in which the service began.", metavar="MONTH"),
    ] = None,
    cancelled: Annotated[
        str | None,
        typer.Option(help="The month in which the contract was cancelled.", metavar="MONTH"),
    ] = None,
) -> None:
    """The day on which months of use are debited (B-F4)."""
    from onhook.written import read_month
    from onhook_cli.reckonings import answer, print_answers
    from onhook_devices.billing.bank_debit import debit_date as debit_of
    from onhook_devices.billing.bank_debit import debits

    wanted = _service(session, service)
    bills = _bills(months)
    if bills is None:
        days = [debit_of(wanted, read_month(month, "MONTH")) for month in months]
        return print_answers(session, wanted.id, [answer("debit", d, on=d.result) for d in days])
    first = None if opening is None else read_month(opening, "--opening")
    last = None if cancelled is None else read_month(cancelled, "--cancelled")
    found = debits(wanted, bills, opening=first, cancelled=last)
    answers = [
        answer(
            "debit-of", one, on=one.result.on, yen=one.result.yen, months=_span(one.result.months)
        )
        for one in found
    ]
    print_answers(session, wanted.id, answers)
    waiting = sum(bills.values()) - sum(one.result.yen for one in found)
    session.data["waiting_yen"] = waiting
    if waiting:
        session.say("terms-still-waiting", yen=f"{waiting:,}")
    return None


def cancel_date(
    session: Session,
    asked: Annotated[str, typer.Argument(help="The day it was asked for.", metavar=_DAY)],
    *,
    service: Whose = None,
) -> None:
    """When a cancelled service ends (J-L11, B-A5).

    And by when leased devices are sent back (J-L10).
    """
    from onhook.written import read_day
    from onhook_cli.reckonings import answer, print_answers
    from onhook_devices.ending import ending
    from onhook_devices.leasing.returning import end_return_due

    wanted = _service(session, service)
    end = ending(wanted, read_day(asked, "DATE"))
    days = {"ends_on": end.result.ends_on, "billed_until": end.result.billed_until}
    answers = [answer("end", end, **days)]
    if wanted.leases is not None:
        back = end_return_due(wanted, end.result.ends_on)
        answers.append(answer("return", back, by=back.result))
    print_answers(session, wanted.id, answers)


def claim_by(
    session: Session,
    on: Annotated[
        str,
        typer.Argument(help="The day of the damage, or on which a bill arrived.", metavar=_DAY),
    ],
    *,
    service: Whose = None,
) -> None:
    """Until when to claim or dispute (J-S2, J-M1, B-S1)."""
    from onhook.written import read_day
    from onhook_cli.reckonings import answer, print_answers
    from onhook_devices.agreement import agreed

    wanted = _service(session, service)
    found = _claims(wanted, read_day(on, "DATE"))
    if not found:
        agreed(wanted.guarantee, wanted, "guarantee.claim")
    answers = [answer(name, one, by=one.result) for name, one in found.items()]
    print_answers(session, wanted.id, answers)


def deposit_return(
    session: Session,
    ended: Annotated[str, typer.Argument(help="The last day of the service.", metavar=_DAY)],
    *,
    service: Whose = None,
    deposit: Annotated[str, typer.Option(help="The deposit.", metavar="YEN")],
    owed: Annotated[
        str, typer.Option(help="What is owed: charges, penalties.", metavar="YEN")
    ] = "0",
) -> None:
    """What goes back of a deposit, and by when (J-M2)."""
    from onhook.written import read_day, read_yen
    from onhook_cli.reckonings import answer, print_answers
    from onhook_devices.billing.deposits import deposit_return as left_of

    wanted = _service(session, service)
    sums = {"deposit_yen": read_yen(deposit, "--deposit"), "owed_yen": read_yen(owed, "--owed")}
    found = left_of(wanted, read_day(ended, "DATE"), **sums)
    print_answers(session, wanted.id, [answer("deposit", found, **found.result._asdict())])


def _service(session: Session, named: str | None) -> Service:
    from onhook.choosing import chosen_service

    return chosen_service(session.folder, os.environ, named)


def _outages(began: list[str], ended: list[str]) -> list[Outage]:
    from onhook.written import read_time
    from onhook_devices.outages.outage import Outage

    if len(began) != len(ended):
        raise OutageIncomplete(str(len(began)), str(len(ended)))
    return [
        Outage(read_time(first, "--from"), read_time(last, "--to"))
        for first, last in zip(began, ended, strict=True)
    ]


def _credits(wanted: Service, outages: list[Outage], fee_yen: int) -> list[Answer]:
    from onhook_cli.reckonings import answer
    from onhook_devices.outages.guarantee import outage_credits

    return [
        answer("credit", one, month=f"{one.result.month:%Y-%m}", yen=one.result.yen)
        for one in outage_credits(wanted, outages, fee_yen)
    ]


def _compensations(
    wanted: Service, outages: list[Outage], fee_yen: int, calls_yen: int
) -> list[Answer]:
    from onhook_cli.reckonings import answer
    from onhook_devices.outages.compensation import compensation_limit
    from onhook_devices.outages.outage import in_order

    limits = (
        compensation_limit(wanted, one, base_fee_yen=fee_yen, calls_yen=calls_yen)
        for one in in_order(outages)
    )
    return [answer("compensation", one, yen=one.result.total_yen) for one in limits]


def _claims(wanted: Service, on: date) -> dict[str, Reckoning[date]]:
    """Return every claim that the service's terms set a time for, by its name."""
    from onhook_devices.billing.bills import dispute_until
    from onhook_devices.outages.compensation import compensation_claim_until
    from onhook_devices.outages.guarantee import guarantee_claim_until

    known = {
        "claim-credit": guarantee_claim_until if wanted.guarantee else None,
        "dispute-bill": dispute_until if wanted.money.bill_dispute else None,
        "claim-damage": compensation_claim_until if wanted.compensation else None,
    }
    return {name: until(wanted, on) for name, until in known.items() if until}


def _bills(months: list[str]) -> dict[date, int] | None:
    """Return each month's bill, None where months stand alone.

    Raises:
        BillsIncomplete: Some have one and some not.
    """
    from onhook.widths import half_width
    from onhook.written import read_month, read_yen

    parts = [half_width(month).partition("=") for month in months]
    alone = [month for month, sign, _ in parts if not sign]
    if len(alone) == len(months):
        return None
    if alone:
        raise BillsIncomplete(alone[0])
    bills: dict[date, int] = {}
    for month, _, yen in parts:
        day = read_month(month, "MONTH")
        bills[day] = bills.get(day, 0) + read_yen(yen, month)
    return bills


def _span(months: tuple[date, ...]) -> str:
    """Return months as people say them: 2026-10 .. 2026-12."""
    ends = dict.fromkeys(f"{month:%Y-%m}" for month in (months[0], months[-1]))
    return " .. ".join(ends)
