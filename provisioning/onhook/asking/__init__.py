"""Ask a server what a phone would ask it, over the real network, in bounded time.

No redirect is followed, no proxy used, nothing sent before the certificate is verified. What an
address holds after the host is a secret here: it is in no error and in no log.

- `server`: the steps one after the other, within a deadline.
- `certificates`: the TLS handshake, and which of its faults it is.
- `requesting`: one request; `answers`: what comes back.

All but `answers` and `errors` import what is slow to import: import them where used.
"""
