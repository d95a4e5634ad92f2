"""The commands ``onhook customer ...``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from onhook_cli.command import command, group
from onhook_cli.session import Session

Id = Annotated[str, typer.Argument(help="Lower-case letters, digits and hyphens.", metavar="ID")]
Name = Annotated[str, typer.Option(help="As it stands on sheets and pages.")]
Mail = Annotated[str, typer.Option(help="Mail address.")]
Language = Annotated[str, typer.Option(help="Of its pages and sheets: ja or en.", metavar="ja|en")]


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    customer = group(app, "customer", "Customers: who has contracts, accounts and devices.")
    command(customer, "add", example="onhook customer add acme --name 'ACME K.K.'")(add)
    command(customer, "set", example="onhook customer set acme --mail office@acme.example")(set_)
    command(customer, "list", example="onhook customer list")(list_)
    command(customer, "show", example="onhook customer show acme")(show)


def add(
    session: Session, id_: Id, *, name: Name = "", mail: Mail = "", language: Language = ""
) -> None:
    """Add a customer."""
    from onhook.customers import add_customer

    with session.workspace.writing() as work:
        chosen = session.language(language) or session.workspace.settings.language
        added = add_customer(work, id_, name=name, mail=mail, language=chosen)
    session.say("customer-added", customer=added)
    session.data = {"customer": added}


def set_(
    session: Session, id_: Id, *, name: Name = "", mail: Mail = "", language: Language = ""
) -> None:
    """Change a customer's name, mail address or language."""
    from onhook.customers import set_customer

    stated = {"name": name, "mail": mail, "language": session.language(language) or ""}
    with session.workspace.writing() as work:
        wanted = set_customer(work, id_, {field: text for field, text in stated.items() if text})
    session.say("customer-set", customer=wanted)
    session.data = {"customer": wanted}


def list_(session: Session) -> None:
    """List customers."""
    _print(session, None)


def show(session: Session, id_: Id) -> None:
    """Show one customer."""
    _print(session, id_)


def _print(session: Session, only: str | None) -> None:
    from onhook.customers import list_customers

    with session.workspace.reading() as work:
        found = list_customers(work, only)
    headers = ("customer", "name", "mail", "language", "accounts", "devices")
    rows = [(c.id, c.name, c.mail, c.language, c.accounts, c.devices) for c in found]
    session.table(headers, rows)
    session.data = {"customers": [asdict(one) for one in found]}
