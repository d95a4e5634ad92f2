"""Values that break naive writers: what ``template check`` puts into every variable in turn.

They are invented, so they may be shown. Texts that only come in one form (an extension, a host)
are awkward within that form.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Awkward(NamedTuple):
    """A value with how people are told of it.

    Attributes:
        value: What the variable is set to.
        shown: The value itself, or where it cannot be seen, its code points or length.
        is_kept: Whether a file that writes the variable must hold this very text.
    """

    value: object
    shown: str
    is_kept: bool = True


_LONG: Final = 128  # characters; no field of an account holds more


def _seen(*texts: str) -> tuple[Awkward, ...]:
    return tuple(Awkward(text, text) for text in texts)


def _coded(*texts: str) -> tuple[Awkward, ...]:
    return tuple(Awkward(text, " ".join(f"U+{ord(sign):04X}" for sign in text)) for text in texts)


def _forms(*values: object) -> tuple[Awkward, ...]:
    return tuple(Awkward(value, str(value) or '""', is_kept=False) for value in values)


EMPTY: Final = Awkward("", '""', is_kept=False)

_ANY_TEXT: Final = (
    *_seen("a<b>&c]]>d&amp;e", "<!--a-->", "a&b", "a<b"),
    *_seen("it's", '"Taro"', 'Taro "T" Yamada', "'Taro'", "a`b", "\\", "a\\b\\n", 'a\\"b'),
    *_seen("a;b", "a#b", "a=b", "a:b@c/d?e&f", ";a", "#a", "[a]", "a,b", "a|b", "(a)"),
    *_seen("100%", "a%20b", "%s%(x)s", "a+b", "a b", "$a${b}$(c)"),
    *_seen("{{ password }}", "{% raw %}", "{# a #}", "{0}"),
    *_seen("髙﨑 𠮷野", "ﾔﾏﾀﾞ ﾀﾛｳ", "Zoë Müller", "Zoe\u0308", "👩‍💻", "مرحبا", "0101", "true"),
    *_coded(" ", " a", "a ", "\u3000a\u3000", "a\u00a0b", "\u200f\u202eabc", "\ufeffa"),
    *_coded("a\nb", "a\r\nb", "a\tb", "a\u2028b", "a\x85b", "\x00", "\x1b[2J", "\ufffe", "\ud800"),
    Awkward("x" * _LONG, f"x * {_LONG}"),
    Awkward("髙" * _LONG, f"髙 * {_LONG}"),
    EMPTY,
)
_PHONE: Final = (*_seen("0123", "+81 (3) 1234-5678", "0*12#", "03.1234/5678"), EMPTY)
_HOST: Final = (*_seen("192.0.2.7", "[2001:db8::7]", "xn--wgv71a.example", "pbx"), EMPTY)
# Templates may well take host and port apart.
_HOST_PORT: Final = _forms("pbx.example:65535", "192.0.2.7:5060", "[2001:db8::7]:5061", "")
_PORT: Final = _forms(1, 65535)

AWKWARD: Final[Mapping[str, tuple[Awkward, ...]]] = MappingProxyType(
    {
        **dict.fromkeys(("auth_id", "password", "tunnel_password"), _ANY_TEXT),
        **dict.fromkeys(("display_name", "first_name", "last_name"), _ANY_TEXT),
        **dict.fromkeys(("service_name", "customer_name"), _ANY_TEXT),
        **dict.fromkeys(("caller_id", "mobile", "voicemail_number"), _PHONE),
        **dict.fromkeys(("pbx_host", "pbx_local_host", "sip_domain", "tunnel_host"), _HOST),
        **dict.fromkeys(("registrar", "outbound_proxy"), _HOST_PORT),
        **dict.fromkeys(("sip_port", "tunnel_port"), _PORT),
        "extension": _seen("0101", "00", "+81312345678", "9" * 20),
        "msisdn": (*_seen("+819012345678", "09012345678"), EMPTY),
        "mail": (*_seen("o'brien+a%b&c@acme.example", "太郎@例え.example"), EMPTY),
        "transport": _forms("udp", "tcp", "tls"),
        "srtp": _forms("disabled", "preferred", "required"),
        "use_tunnel": _forms(*(False, True)),
        "provisioning_url": (*_seen(f"https://phones.example:8443/k/{'A' * 26}"), EMPTY),
        "barred_numbers": _forms((), ("xxx",), ("xxx", "0120x+", "0990x+", "*9")),
        "service": _seen("a-service"),
        "customer": _seen("a-customer-0"),
        "device": (*_seen("D-0.0_7"), EMPTY),
        "platform": _forms("ios", "android", "pc", ""),
        "language": _forms("ja", "en"),
    }
)

# Unmistakable: where one of these stands in a file, nothing else put it there. The first that a
# family takes for a variable shows where the file holds it.
PLAIN: Final = ("Zq7xMark4", "7391840652", "zq7x@mark4.example", "zq7x.mark4.example")
