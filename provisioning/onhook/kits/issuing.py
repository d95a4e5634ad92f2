"""Issue kits: make what is new or changed, leave alone what is live and unchanged.

The accounts are worked through some thousand at a time. Each such part is one transaction: its
rows are read, rendered, sealed and stored under one lock, so what the database says is what was
made of what it said. Files are staged before the commit and published after it (see
`onhook.kits.folder`).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from onhook.kits.candidates import select_accounts, stretches
from onhook.kits.crew import hire
from onhook.kits.making import Outcome, draw
from onhook.kits.manifest import Kit
from onhook.kits.records import store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from onhook.kits.candidates import Selection
    from onhook.kits.crew import Crew
    from onhook.kits.making import IssueOptions, Made, QrFormat
    from onhook.kits.sink import KitSink
    from onhook.workspace import UnitOfWork, Workspace

PART = 10_000
"""Accounts in a transaction: others wait for it two seconds or so."""

BATCH = 250
"""Accounts that are made and stored together."""


def issue_kits(
    workspace: Workspace,
    selection: Selection,
    options: IssueOptions,
    sink: KitSink,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Iterator[Outcome]:
    """Issue a kit for each account selected on each of its devices, and yield what became of it.

    Run again it does nothing but complete what a crash left half way.

    Args:
        workspace: Whose accounts.
        selection: Which.
        options: How.
        sink: Where the files go.
        progress: Told from time to time how many accounts are done, of how many.

    Raises:
        OnhookError: The customer or the family does not exist, or storage fails. Kits yielded
            before that are whole.
    """
    with workspace.reading() as work:
        selected = select_accounts(work, selection)
    if options.family is not None:
        workspace.families.get(options.family).compile()
    with hire(workspace, options, len(selected)) as crew:
        run = _Run(workspace, options.formats, sink, crew)
        done = 0
        for stretch in stretches(selected, PART):
            if isinstance(stretch, list):
                yield from run.issue(stretch, partial(_tell, progress, done, len(selected)))
                done += len(stretch)
            else:
                yield Outcome(stretch.subject, "", "refused", None, "", (stretch,))
                done += 1


def _tell(progress: Callable[[int, int], None], before: int, total: int, done: int) -> None:
    progress(before + done, total)


@contextmanager
def publishing(workspace: Workspace, sink: KitSink) -> Iterator[UnitOfWork]:
    """Open a unit of work whose staged kits look whole once it is stored, and not before."""
    try:
        with workspace.writing() as work:
            yield work
    except BaseException:
        sink.discard()
        raise
    sink.publish()


@dataclass(frozen=True, slots=True)
class _Run:
    """What all parts have in common."""

    workspace: Workspace
    formats: tuple[QrFormat, ...]
    sink: KitSink
    crew: Crew

    def issue(self, ids: Sequence[int], tell: Callable[[int], None]) -> list[Outcome]:
        """Issue the kits of a part in one transaction, and tell how many are done."""
        batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        outcomes: list[Outcome] = []
        with publishing(self.workspace, self.sink) as work:
            for done, made in enumerate(self.crew(work.now, batches), start=1):
                self._stage(made)
                store(work, [one.record for one in made if one.record is not None])
                _record(work, made)
                outcomes += [one.outcome for one in made]
                tell(min(done * BATCH, len(ids)))
        return outcomes

    def _stage(self, batch: Sequence[Made]) -> None:
        for made in batch:
            if made.kit is None:
                continue
            if made.outcome.state != "unchanged":
                self.sink.stage(made.kit)
            else:
                self._stage_again(made.kit, made.symbol)

    def _stage_again(self, kit: Kit, symbol: str) -> None:
        """Stage an unchanged kit where it does not lie whole, its pictures drawn for it."""
        pictures = {f"qr.{form}" for form in self.formats} if symbol else set()
        if not self.sink.holds(kit.label, frozenset(kit.files.keys() | pictures)):
            self.sink.stage(Kit(kit.label, {**kit.files, **draw(symbol, self.formats)}))


def _record(work: UnitOfWork, batch: Sequence[Made]) -> None:
    """Record the kits that are new: an entry for each customer, the kits by extension."""
    for customer, kits in made_kits(batch).items():
        work.record("kit.issue", customer, kits=kits)


def made_kits(batch: Sequence[Made]) -> dict[str, dict[str, list[list[object]]]]:
    """Return the kits of `batch` that are new as the audit trail tells them: by customer."""
    made: dict[str, dict[str, list[list[object]]]] = {}
    for one in batch:
        if one.kit is not None and one.record is not None:
            label = one.kit.label
            of_account = made.setdefault(label.customer, {}).setdefault(label.extension, [])
            of_account.append([label.issue, label.family, one.outcome.state, label.device])
    return made
