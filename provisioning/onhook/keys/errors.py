"""What can be wrong with a key ring and with what it should open.

::

    InvalidInput   KeySourceAmbiguous, PassphraseShort, PassphraseMissing, NoKeyBackup
    UsageError     NewRingNotInForce
    Conflict       KeyFileInTheWay
    Refused        PassphraseWrong, KeyRingNotOurs
    StorageFault   KeyRingMissing, KeyRingOpenToOthers, KeyRingOfAnother, KeyRingReplaced,
                   KeyCommandUntrusted, KeyCommandMissing, KeyCommandFailed, KeyCommandSlow,
                   KeyCommandNoRing, SealedKeyLost

`onhook.sealing` has those of a single key and a single sealed value. No error tells anything of a
ring but ids; of a command that prints one, nothing but its program's name is told.
"""

from __future__ import annotations

from onhook_devices.errors import Conflict, InvalidInput, Refused, StorageFault, UsageError


class KeyRingMissing(StorageFault):
    """The workspace has no key ring, or it may not be read."""

    path: str
    reason: str


class KeyRingOpenToOthers(StorageFault):
    """Others on this machine may read the key ring."""

    path: str
    mode: str


class KeyRingOfAnother(StorageFault):
    """Nothing in the database was sealed or signed with this ring's keys."""

    source: str
    key: str
    purpose: str


class KeyRingReplaced(StorageFault):
    """The keys that this process would seal with were taken out of the ring meanwhile."""

    path: str


class KeySourceAmbiguous(InvalidInput):
    """Two sources of the key ring are named in one place."""

    sources: str


class KeyCommandUntrusted(StorageFault):
    """Others could change the settings, and with them the command that is run for the keys."""

    path: str


class KeyCommandMissing(StorageFault):
    """The command that prints the key ring cannot be started."""

    program: str
    reason: str


class KeyCommandFailed(StorageFault):
    """The command that prints the key ring ended badly."""

    program: str
    status: str


class KeyCommandSlow(StorageFault):
    """The command that prints the key ring did not end in time."""

    program: str
    limit_s: str


class KeyCommandNoRing(StorageFault):
    """What the command printed is no key ring."""

    program: str


class KeyRingNotOurs(Refused):
    """The ring comes from a command or a variable: onhook cannot write it."""

    source: str


class NewRingNotInForce(UsageError):
    """Keys that were only just written for a secret store cannot seal anything yet."""

    file: str


class KeyFileInTheWay(Conflict):
    """There is a file already where a ring should be written."""

    path: str


class PassphraseShort(InvalidInput):
    """The passphrase could be guessed."""

    minimum: str


class PassphraseMissing(InvalidInput):
    """The backup is under a passphrase and none was given."""

    path: str


class PassphraseWrong(Refused):
    """The backup does not open with that passphrase."""

    path: str


class NoKeyBackup(InvalidInput):
    """The file is no backup of a key ring, or cannot be read."""

    path: str


class SealedKeyLost(StorageFault):
    """A sealed value cannot be opened: the ring lacks its key."""

    about: str
    key: str
    purpose: str
