"""What is known of the sample's account, and how well a text tells what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from onhook.families.values import SECRETS, VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from onhook.families import Values

# What a PBX can have written into a file. Its own names for customers and devices are not ours,
# "en" or "pc" stand everywhere, and true or false cannot be searched for.
SEARCHED: Final = (
    *("extension", "auth_id", "password", "msisdn", "display_name", "first_name", "last_name"),
    *("mail", "caller_id", "mobile", "registrar", "pbx_host", "pbx_local_host", "sip_domain"),
    *("sip_port", "outbound_proxy", "transport", "srtp", "tunnel_host", "tunnel_port"),
    *("tunnel_password", "voicemail_number", "customer_name"),
)
NAMEABLE: Final = frozenset(one.name for one in VARIABLES if one.type in ("text", "number"))
CREDENTIALS: Final = ("password", "msisdn")
HOSTS: Final = frozenset(
    {"registrar", "pbx_host", "pbx_local_host", "sip_domain", "outbound_proxy", "tunnel_host"}
)
# By their nature these need no escaping in a URL; a "+" before digits does where it means a blank.
PLAIN_IN_URLS: Final = {
    "host": HOSTS | {"sip_port", "tunnel_port", "transport", "srtp"},
    "number": frozenset({"extension"}),
}

# What a field may be called so that its name alone says which value it holds. A name that means
# one thing here and another there ("username", "authuser") is not among them.
_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "extension": ("extension", "ext", "exten", "extensionnumber"),
    "auth_id": ("authid", "authname", "authusername", "authenticationid", "sipauthid"),
    "password": ("password", "passwd", "authpass", "authpasswd", "authpassword", "sippassword"),
    "msisdn": ("msisdn",),
    "display_name": ("displayname", "fullname"),
    "first_name": ("firstname", "givenname"),
    "last_name": ("lastname", "surname", "familyname"),
    "mail": ("mail", "email", "emailaddress", "mailaddress"),
    "caller_id": ("callerid", "outboundcallerid"),
    "mobile": ("mobile", "mobilenumber"),
    "registrar": ("registrar",),
    "pbx_host": ("pbxhost", "pbxaddress", "pbxpublicaddress"),
    "pbx_local_host": ("pbxlocalhost", "pbxlocaladdress", "localpbxaddress"),
    "sip_domain": ("sipdomain",),
    "sip_port": ("sipport",),
    "outbound_proxy": ("outboundproxy",),
    "transport": ("transport", "siptransport"),
    "srtp": ("srtp",),
    "tunnel_host": ("tunnelhost",),
    "tunnel_port": ("tunnelport",),
    "tunnel_password": ("tunnelpassword", "tunnelpass"),
    "voicemail_number": ("voicemailnumber",),
    "customer_name": ("customername",),
}
_SHORTEST_TELLING: Final = 6
_SHORTEST_TELLING_DIGITS: Final = 8
_SHORTEST_TELLING_FOREIGN: Final = 4
HIDDEN: Final = "***"


@dataclass(frozen=True, slots=True)
class Known:
    """An account's values as texts; what is empty is left out.

    Attributes:
        account: ``acme/101``.
        texts: Value by variable.
        empty: Variables that are not searched for, because nobody stated them for this account.
    """

    account: str
    texts: Mapping[str, str] = field(repr=False)
    empty: tuple[str, ...]

    def names(self, text: str) -> tuple[str, ...]:
        """Return the searched variables whose value is `text`."""
        return tuple(name for name in self.searched_names() if self.texts[name] == text)

    def searched_names(self) -> tuple[str, ...]:
        """Return the variables that are searched for."""
        return tuple(name for name in SEARCHED if name in self.texts and name not in self.empty)

    def searched(self) -> Iterable[str]:
        """Return the different texts that are searched for, the longest first."""
        texts = {self.texts[name] for name in self.searched_names()}
        return sorted(texts, key=lambda text: (-len(text), text))

    def secrets(self) -> tuple[str, ...]:
        """Return the secrets, the longest first."""
        found = {self.texts[name] for name in SECRETS if name in self.texts}
        return tuple(sorted(found, key=len, reverse=True))

    def shown(self, text: str) -> str:
        """Return `text` with every secret in it hidden."""
        for secret in self.secrets():
            text = text.replace(secret, HIDDEN)
        return text


def known_of(values: Values) -> Known:
    """Return what can be searched for of an account's values."""
    found = {name: getattr(values, name) for name in sorted(NAMEABLE)}
    texts = {name: str(value) for name, value in found.items() if value}  # no port is 0
    # Where nobody gave a name, the extension and the customer's id stand in for it.
    stand_ins = {"display_name": values.extension, "customer_name": values.customer}
    empty = (name for name in SEARCHED if texts.get(name, "") in ("", stand_ins.get(name)))
    return Known(values.account, texts, tuple(empty))


def is_telling(text: str) -> bool:
    """Tell whether `text` is so much its own that standing somewhere it means its variable.

    ``101``, ``5060``, ``Taro``, ``default`` may stand for something else; ``auth101``,
    ``Taro Yamada`` and ``pbx.acme.example`` hardly.
    """
    if not text.isascii():
        return len(text) >= _SHORTEST_TELLING_FOREIGN
    if text.isdigit():
        return len(text) >= _SHORTEST_TELLING_DIGITS
    has_kinds = [bool(re.search(kind, text)) for kind in ("[A-Za-z]", "[0-9]", "[^A-Za-z0-9]")]
    return len(text) >= _SHORTEST_TELLING and sum(has_kinds) > 1


def named_for(field_name: str, names: Iterable[str]) -> str | None:
    """Return the one of the variables `names` that a field called `field_name` is for."""
    plain = re.sub("[^a-z0-9]", "", field_name.lower())
    fitting = [name for name in names if plain in _FIELDS.get(name, ())]
    return fitting[0] if len(fitting) == 1 else None
