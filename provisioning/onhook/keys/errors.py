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

from dataclasses import dataclass

from onhook_devices.errors import Conflict, InvalidInput, Refused, StorageFault, UsageError


@dataclass(eq=False)
class KeyRingMissing(StorageFault):
    """The workspace has no key ring, or it may not be read."""

    path: str
    reason: str


@dataclass(eq=False)
class KeyRingOpenToOthers(StorageFault):
    """Others on this machine may read the key ring."""

    path: str
    mode: str


@dataclass(eq=False)
class KeyRingOfAnother(StorageFault):
    """Nothing in the database was sealed or signed with this ring's keys."""

    source: str
    key: str
    purpose: str


@dataclass(eq=False)
class KeyRingReplaced(StorageFault):
    """The keys that this process would seal with were taken out of the ring meanwhile."""

    path: str


@dataclass(eq=False)
class KeySourceAmbiguous(InvalidInput):
    """Two sources of the key ring are named in one place."""

    sources: str


@dataclass(eq=False)
class KeyCommandUntrusted(StorageFault):
    """Others could change the settings, and with them the command that is run for the keys."""

    path: str


@dataclass(eq=False)
class KeyCommandMissing(StorageFault):
    """The command that prints the key ring cannot be started."""

    program: str
    reason: str


@dataclass(eq=False)
class KeyCommandFailed(StorageFault):
    """The command that prints the key ring ended badly."""

    program: str
    status: str


@dataclass(eq=False)
class KeyCommandSlow(StorageFault):
    """The command that prints the key ring did not end in time."""

    program: str
    limit_s: str


@dataclass(eq=False)
class KeyCommandNoRing(StorageFault):
    """What the command printed is no key ring."""

    program: str


@dataclass(eq=False)
class KeyRingNotOurs(Refused):
    """The ring comes from a command or a variable: onhook cannot write it."""

    source: str


@dataclass(eq=False)
class NewRingNotInForce(UsageError):
    """Keys that were only just written for a secret store cannot seal anything yet."""

    file: str


@dataclass(eq=False)
class KeyFileInTheWay(Conflict):
    """There is a file already where a ring should be written."""

    path: str


@dataclass(eq=False)
class PassphraseShort(InvalidInput):
    """The passphrase could be guessed."""

    minimum: str


@dataclass(eq=False)
class PassphraseMissing(InvalidInput):
    """The backup is under a passphrase and none was given."""

    path: str


@dataclass(eq=False)
class PassphraseWrong(Refused):
    """The backup does not open with that passphrase."""

    path: str


@dataclass(eq=False)
class NoKeyBackup(InvalidInput):
    """The file is no backup of a key ring, or cannot be read."""

    path: str


@dataclass(eq=False)
class SealedKeyLost(StorageFault):
    """A sealed value cannot be opened: the ring lacks its key."""

    about: str
    key: str
    purpose: str
