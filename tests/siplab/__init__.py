"""A SIP laboratory: real softphones register at a real registrar, in a network of their own.

::

    with Lab(tmp_path) as lab:
        registrar = lab.registrar({"auth-101": ("101", "secret")})  # auth id: (extension, password)
        outcome = lab.provision_linphone(xml)  # bytes, or the path of the file
        assert outcome.registered, outcome

Files to be tested name `127.0.0.1` as SIP domain and `127.0.0.1:5070` (`PORT`) as registrar, over
udp or tcp. Three things can be asserted:

- `outcome`: how one client fared. `.registered`; `.verdict` (`Verdict.REGISTERED`,
  `WRONG_PASSWORD`, `UNKNOWN_AUTH_ID`, `WRONG_EXTENSION`, ..., or `SILENT` when it never showed
  credentials, as when it could not read its file); `.attempt` (auth id, To user, protocol, User-
  Agent, Contact, Expires); `.client_log`, the program's own log.
- `registrar`: what the PBX saw. `.attempts()`, `.registrations()`, `.failures()`, `.log`;
  `.change(accounts)` when its passwords change.
- `lab.web.fetches`: what was fetched from the laboratory's web server, and with which headers.

`outcome()` waits until the registrar has spoken about that very client (other clients may be busy
at the same time) and is quick unless the client is silent: then it waits `timeout_s` seconds.

Several clients, and several lives of one client::

    phones = [lab.linphone(), lab.linphone()]
    for phone, xml in zip(phones, files, strict=True):
        phone.provision(xml)             # starts it and returns at once
    outcomes = [phone.outcome() for phone in phones]
    phones[0].provision(reissued)        # the same home: what it learned before is still there
    phones[0].start()                    # again, without a new file
    phones[0].end()                      # un-registers; the laboratory's end does not
    phones[1].provision_from(url)        # from another server inside: see below

The other softphones take the text of their file or its path: `lab.baresip().start(accounts)`,
`lab.twinkle().start(profile)`; then `outcome()` and `end()` as above.

Everything runs inside `lab.namespace`, a network with nothing but loopback, so that ports never
clash and nothing leaves the machine. `lab.namespace.spawn(command, ...)` runs a program in there
(`delivering.served` so runs the real `onhook serve`, with `lab.certificate` for its TLS), and
`lab.namespace.new_socket()` returns a socket of that network to the test, which is not inside.
When the `with` ends, or the test's process dies in any way, all programs are killed. All files
are below the folder given. Without the programs the test is skipped, in CI it fails
(`tests.programs`). Root is not needed where user namespaces are allowed.
"""

from tests.siplab.attempt import Attempt, Verdict
from tests.siplab.lab import Lab
from tests.siplab.registrar import PORT, Registrar
from tests.siplab.softphone import Outcome

__all__ = ["PORT", "Attempt", "Lab", "Outcome", "Registrar", "Verdict"]
