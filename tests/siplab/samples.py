"""Files for the laboratory's own tests, written by hand and not by onhook."""

from xml.sax.saxutils import escape

from tests.siplab.certificate import LOOPBACK
from tests.siplab.registrar import PORT

AWKWARD = "p w;:@&<=\\%#'\">é髙𠮷!"
"""A password that Linphone's file must escape."""
CARRIED_BY_ALL = AWKWARD.replace('"', "")
"""The same as far as every softphone holds it: baresip's line cannot hold a quotation mark."""

_LINPHONE = """\
<?xml version="1.0" encoding="UTF-8"?>
<config xmlns="http://www.linphone.org/xsds/lpconfig.xsd">
  <section name="sip">
    <entry name="default_proxy" overwrite="true">0</entry>
  </section>
  <section name="misc">
    <entry name="transient_provisioning" overwrite="true">1</entry>
  </section>
  <section name="proxy_0">
    <entry name="reg_identity" overwrite="true">"Test" &lt;sip:{extension}@{host}&gt;</entry>
    <entry name="reg_proxy" overwrite="true">&lt;sip:{host}:{port};transport={transport}&gt;</entry>
    <entry name="reg_expires" overwrite="true">600</entry>
    <entry name="reg_sendregister" overwrite="true">1</entry>
  </section>
  <section name="auth_info_0">
    <entry name="username" overwrite="true">{extension}</entry>
    <entry name="userid" overwrite="true">{auth_id}</entry>
    <entry name="passwd" overwrite="true">{password}</entry>
    <entry name="ha1" overwrite="true"></entry>
    <entry name="domain" overwrite="true">{host}</entry>
  </section>
</config>
"""

_BARESIP = (
    '"Test" <sip:{extension}@{host}>;auth_user={auth_id};auth_pass="{password}"'
    ';outbound="sip:{host}:{port};transport={transport}";regint=600;answermode=manual\n'
)

_TWINKLE = """\
user_name={extension}
user_domain={host}
auth_name={auth_id}
auth_pass={password}
registrar={host}:{port}
register_at_startup=yes
sip_transport={transport}
user_display=Test
"""


# The empty ha1 matters: once registered, the client keeps ha1 in place of passwd, and a later
# file's passwd alone would stand beside the old ha1, which goes first.


def linphone_xml(password: str, extension: str = "101", transport: str = "udp") -> bytes:
    """Return a file for Linphone; the auth id is `auth-` and the extension."""
    return _filled(_LINPHONE, escape(password), extension, transport).encode()


def baresip_accounts(password: str, extension: str = "101", transport: str = "udp") -> str:
    """Return an `accounts` file of one line for baresip."""
    return _filled(_BARESIP, password, extension, transport)


def twinkle_profile(password: str, extension: str = "101", transport: str = "udp") -> str:
    """Return a profile for Twinkle."""
    return _filled(_TWINKLE, password, extension, transport)


def _filled(form: str, password: str, extension: str, transport: str) -> str:
    return form.format(
        host=LOOPBACK,
        port=PORT,
        extension=extension,
        auth_id=f"auth-{extension}",
        password=password,
        transport=transport,
    )
