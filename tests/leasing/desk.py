"""The desk of somebody who lends devices: an office, and what is asked there again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.workspaces import Office


def begin(acme: Office) -> None:
    """Lend D-1, with 101 and its kit on it; D-2 and D-3 wait in stock."""
    acme.do("contract", "start", "--on", "2023-01-15")
    acme.accounts("101")
    for device in ("D-1", "D-2", "D-3"):
        acme.do("device", "add", device, "--platform", "ios", "--level", "17.2")
    started = ("--price", "39,800", "--on", "2023-01-15", "--warranty-months", "36")
    acme.do("lease", "start", "D-1", *started)
    acme.do("device", "assign", "D-1", "101")
    acme.do("issue", "101")


def lease(office: Office, *words: str) -> dict[str, Any]:
    """Return what ``onhook lease`` tells; it must go well."""
    ran = office.ask("lease", *words)
    assert ran.code == 0, ran.out
    return ran.data


def due(told: dict[str, Any]) -> list[tuple[str, str, int | None]]:
    """Return what is due, by when, and what it costs if missed."""
    return [(one["kind"], one["due_on"], one["amount_if_missed"]) for one in told["due"]]


def links(office: Office) -> dict[str, str]:
    """Return how the newest links are, by device."""
    return {one["device"]: one["state"] for one in office.ask("link", "list").data["links"]}


def pending(office: Office) -> list[tuple[str, str]]:
    """Return what the PBX has still to do, and why."""
    found = office.ask("pbx", "pending").data["changes"]
    return [(one["change"], one["reason"]) for one in found]


def on(office: Office) -> dict[str, list[str]]:
    """Return the accounts on each device."""
    return {one["id"]: one["accounts"] for one in office.ask("device", "list").data["devices"]}


def history(office: Office, device: str) -> list[tuple[int, str | None, str | None, int | None]]:
    """Return what was entered about a device: number, step, day, which entry it corrects."""
    entries = lease(office, "show", device)["entries"]
    return [(one["number"], one["step"], one["on"], one["corrects"]) for one in entries]
