"""Write letters as files that mail programs open, instead of sending them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook.backups.belongings import require_elsewhere
from onhook.files import disk_faults, make_private_folder, write_private
from onhook.mailing.letters import envelope_of, new_message_id
from onhook.mailing.server import sender_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from onhook.mailing.letters import Letter
    from onhook.workspace import Workspace


def write_letters(workspace: Workspace, letters: Sequence[Letter], folder: Path) -> list[Path]:
    """Write each letter to ``folder/NAME.eml`` (RFC 5322), readable by its owner only.

    Nothing is recorded: each will be sent all the same.

    Raises:
        AmongBelongings: The folder is one that backups hold.
        MailServerUnset: Nobody is set whom mails are from.
        StorageFault: The folder cannot be written to.
    """
    require_elsewhere(workspace.settings.folder, folder)
    settings = workspace.settings.mail
    sender = sender_of(settings, workspace.settings.file)
    with disk_faults(folder):
        make_private_folder(folder)
    written = []
    for letter in letters:
        message_id, now = new_message_id(sender), workspace.clock()
        envelope = envelope_of(letter, message_id, sender, settings.reply_to, now)
        path = folder / f"{letter.name}.eml"
        write_private(path, envelope.content)
        written.append(path)
    return written
