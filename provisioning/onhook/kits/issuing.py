"""Issue kits: make what is new or changed, leave alone what is live and unchanged.

The accounts are worked through a chunk at a time. A chunk is one transaction: its rows are read,
rendered, sealed and stored together, so what the database says is what was made of what it said.
Files are staged before the commit and published after it (see `onhook.kits.folder`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook.kits.candidates import CHUNK, TermsCache, account_ids, load_chunk
from onhook.kits.making import Maker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from onhook.kits.candidates import Selection
    from onhook.kits.making import IssueOptions, Outcome
    from onhook.kits.sink import KitSink
    from onhook.workspace import UnitOfWork, Workspace


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
        progress: Told after each chunk how many accounts are done, of how many.

    Raises:
        OnhookError: The selection or the family does not exist, or storage fails. Kits yielded
            before that are whole.
    """
    with workspace.reading() as work:
        ids = account_ids(work, selection)
    if options.family is not None:
        workspace.families.get(options.family).compile()
    for start in range(0, len(ids), CHUNK):
        try:
            with workspace.writing() as work:
                outcomes = _issue_chunk(work, ids[start : start + CHUNK], options, sink)
        except BaseException:
            sink.discard()
            raise
        sink.publish()
        yield from outcomes
        progress(min(start + CHUNK, len(ids)), len(ids))


def _issue_chunk(
    work: UnitOfWork, ids: Sequence[int], options: IssueOptions, sink: KitSink
) -> list[Outcome]:
    candidates = load_chunk(work, TermsCache(work), ids)
    maker = Maker(work, options, sink)
    maker.reserve(sum(candidate.kit is None for candidate in candidates))
    outcomes = [maker.make(candidate) for candidate in candidates]
    maker.store()
    return outcomes
