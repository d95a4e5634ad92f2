"""The ways through a flow, from its first question to its ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook_devices.flow import End
from onhook_devices.walking import position

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook_devices.flow import Flow

Way = dict[str, bool]
"""What is answered on the way, by id and in its order."""


def every_way(flow: Flow, so_far: Way | None = None) -> Iterator[Way]:
    """Yield each way there is, to its very end."""
    way = so_far or {}
    where = position(flow, way)
    if where.is_over:
        yield way
    else:
        for yes in (True, False):
            yield from every_way(flow, way | {where.node.id: yes})


def few_ways(flow: Flow) -> list[Way]:
    """Return ways that together go every step: each answer to each question, helped and not."""
    ways = (_way_over(flow, target, last=last) for target in flow.nodes for last in (True, False))
    return list({as_typed(way): way for way in ways}.values())


def as_typed(way: Way) -> str:
    """Return a way as ``--answers`` takes it."""
    return ",".join(f"{id_}={'yes' if yes else 'no'}" for id_, yes in way.items())


def steps(ways: list[Way]) -> set[tuple[str, bool]]:
    """Return what is answered on any of `ways`."""
    return {step for way in ways for step in way.items()}


def _way_over(flow: Flow, target: str, *, last: bool) -> Way:
    """Return a way over `target`, where the answer is `last`; nothing else helps."""
    nodes = flow.nodes

    def leads(id_: str) -> bool:
        return id_ == target or any(leads(way) for way in nodes[id_].ways)

    way: Way = {}
    while not (where := position(flow, way)).is_over:
        node = where.node
        if node.id == target:
            way[node.id] = last
        else:
            way[node.id] = not isinstance(node, End) and not leads(node.no)
    return way
