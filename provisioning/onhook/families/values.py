"""The plain values a family's templates see: one list, the field's own words."""

from dataclasses import dataclass, field, fields
from typing import Final, NamedTuple

from onhook.pbx import Srtp, Transport

_MEANING = "meaning"


def _means(sentence: str) -> dict[str, str]:
    return {_MEANING: sentence}


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """One account on one device (or on none), ready for a template.

    What is not known is ``""``; nothing is `None`, so that a template has no third state to
    forget. Each variable's meaning stands beside it and is shown by ``template show``.
    `repr` keeps to itself what would let somebody in.
    """

    extension: str = field(metadata=_means("The number dialled; a text: leading zeros count."))
    auth_id: str = field(metadata=_means("Digest user name; often not the extension."))
    password: str = field(repr=False, metadata=_means("SIP password."))
    msisdn: str = field(
        repr=False,
        metadata=_means("Telephone number of the line that stands for id and password (B-A3)."),
    )
    display_name: str = field(metadata=_means("Name shown to the other side."))
    first_name: str = field(metadata=_means("Given name."))
    last_name: str = field(metadata=_means("Family name."))
    mail: str = field(metadata=_means("Mail address."))
    caller_id: str = field(metadata=_means("Number shown on calls to the outside."))
    mobile: str = field(metadata=_means("Mobile number, as the PBX knows it."))
    registrar: str = field(metadata=_means("Where to register: host[:port]."))
    pbx_host: str = field(metadata=_means("The PBX as reached from anywhere."))
    pbx_local_host: str = field(metadata=_means("The PBX as reached inside the office."))
    sip_domain: str = field(metadata=_means("Domain of the SIP address."))
    sip_port: int = field(metadata=_means("SIP port of the PBX."))
    outbound_proxy: str = field(metadata=_means("Proxy all SIP goes through: host[:port]."))
    transport: Transport = field(metadata=_means('How SIP travels: "udp", "tcp" or "tls".'))
    srtp: Srtp = field(
        metadata=_means('Voice encryption: "disabled", "preferred" or "required".'),
    )
    use_tunnel: bool = field(metadata=_means("Whether the 3CX tunnel is used."))
    tunnel_host: str = field(metadata=_means("Where the tunnel ends."))
    tunnel_port: int = field(metadata=_means("The tunnel's port, TCP and UDP."))
    tunnel_password: str = field(repr=False, metadata=_means("The tunnel's password."))
    provisioning_url: str = field(
        repr=False,
        metadata=_means('The link this config is fetched by; "" where there is none.'),
    )
    voicemail_number: str = field(metadata=_means("Number of the voicemail box."))
    barred_numbers: tuple[str, ...] = field(
        metadata=_means("Dial patterns that may not be called (B-D1); a list."),
    )
    service: str = field(metadata=_means("The service's id."))
    service_name: str = field(metadata=_means("The service's name."))
    customer: str = field(metadata=_means("The customer's id."))
    customer_name: str = field(metadata=_means("The customer's name."))
    device: str = field(metadata=_means('The device\'s id; "" where the kit is for none.'))
    platform: str = field(metadata=_means('"ios", "android" or "pc"; "" where not known.'))
    language: str = field(metadata=_means('The customer\'s language: "ja" or "en".'))

    @property
    def account(self) -> str:
        """Return the account as people type it, ``customer/extension``; no template variable."""
        return f"{self.customer}/{self.extension}"


# A fictitious account: what a sample does not state is taken from here, and the documentation's
# examples are made of it.
EXAMPLE: Final = Values(
    extension="101",
    auth_id="auth101",
    password="correct-horse-7",  # noqa: S106 - a sample, used nowhere
    msisdn="",
    display_name="Taro Yamada",
    first_name="Taro",
    last_name="Yamada",
    mail="taro@acme.example",
    caller_id="0312345678",
    mobile="",
    registrar="pbx.acme.example:5060",
    pbx_host="pbx.acme.example",
    pbx_local_host="192.0.2.10",
    sip_domain="pbx.acme.example",
    sip_port=5060,
    outbound_proxy="",
    transport="tcp",
    srtp="disabled",
    use_tunnel=False,
    tunnel_host="pbx.acme.example",
    tunnel_port=5090,
    tunnel_password="",
    provisioning_url="https://phones.acme.example/k/EXAMPLE",
    voicemail_number="999",
    barred_numbers=(),
    service="jiyu-hodai",
    service_name="Jiyu Hodai Business Phone",
    customer="acme",
    customer_name="Acme K.K.",
    device="",
    platform="",
    language="en",
)


class Variable(NamedTuple):
    """A template's variable as documentation shows it."""

    name: str
    type: str
    meaning: str
    is_secret: bool


_TYPE_WORDS: Final = {str: "text", int: "number", bool: "true or false", tuple: "list of texts"}

VARIABLES: Final[tuple[Variable, ...]] = tuple(
    Variable(
        name=f.name,
        type=_TYPE_WORDS[type(getattr(EXAMPLE, f.name))],
        meaning=f.metadata[_MEANING],
        is_secret=not f.repr,
    )
    for f in fields(Values)
)
NAMES: Final = frozenset(variable.name for variable in VARIABLES)
SECRETS: Final = frozenset(variable.name for variable in VARIABLES if variable.is_secret)
