"""The statements of delivery, each once for both databases.

Plain SQL, for a fetch is one row by its key and what SQLAlchemy does around a statement takes
longer than the statement. What works is said in one place: `_WORKS`. Unknown, expired, used up
and revoked are one answer: no row.
"""

from __future__ import annotations

import re

_WORKS = """link.revoked_at IS NULL AND link.expires_at > :now
    AND link.fetches < link.max_fetches"""
_LIVE = f"link.token_sha256 = :token AND {_WORKS}"

_ISSUED = """
    JOIN kit ON kit.id = link.kit_id
    JOIN account ON account.id = kit.account_id
    JOIN issue_file ON issue_file.kit_id = link.kit_id AND issue_file.number = link.number
        AND issue_file.place = 0"""

_CONFIG = """account.customer_id, account.extension, kit.device_id, link.number,
    issue_file.name, issue_file.media_type, issue_file.content_sealed"""

CONFIG = f"SELECT {_CONFIG} FROM link {_ISSUED} WHERE {_LIVE}"  # noqa: S608 - constants alone
"""The config of a link that works; columns as `Config`."""

PAGE = f"""SELECT account.customer_id, account.extension, account.first_name, account.last_name,
    account.display_name, customer.language, kit.device_id, device.platform, link.number,
    issue.family, issue.service, issue_file.name, link.public_url, link.expires_at,
    link.max_fetches - link.fetches
    FROM link {_ISSUED}
    JOIN issue ON issue.kit_id = link.kit_id AND issue.number = link.number
    JOIN customer ON customer.id = account.customer_id
    LEFT JOIN device ON device.id = kit.device_id
    WHERE {_LIVE}"""  # noqa: S608 - as above
"""What a link's page says; columns as `Page`."""

_COUNTED = "RETURNING kit_id, number, fetches + opens AS place"

COUNT_FETCH = f"""UPDATE link SET fetches = fetches + 1
    WHERE {_LIVE} {_COUNTED}"""  # noqa: S608 - as above

# A page that is opened again and again is not written down for ever.
COUNT_OPEN = f"""UPDATE link SET opens = opens + 1
    WHERE {_LIVE} AND link.opens < :most_opens {_COUNTED}"""  # noqa: S608 - as above

_VISIT = "INSERT INTO visit (kit_id, number, place, at, kind, platform, level, agent, address)"

RECORD = f"{_VISIT} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
"""Keep a visit, on SQLite: PostgreSQL does it in one with the counting."""

_RECORD_COUNTED = f"""{_VISIT}
    SELECT kit_id, number, place, :now, :kind, :platform, :level, :agent, :address FROM counted"""  # noqa: S608 - as above

FETCH_AT_ONCE = f"""WITH counted AS ({COUNT_FETCH}), recorded AS ({_RECORD_COUNTED})
    SELECT {_CONFIG} FROM counted AS link {_ISSUED}"""  # noqa: S608 - as above
"""Count, record and deliver in one statement, which PostgreSQL can: one way to it and back."""

OPEN_AT_ONCE = f"WITH counted AS ({COUNT_OPEN}) {_RECORD_COUNTED}"

CODE = f"""SELECT link.token_sealed, account.customer_id, account.extension, kit.device_id,
    link.number
    FROM short_code
    JOIN link ON link.kit_id = short_code.kit_id AND link.number = short_code.number
    JOIN kit ON kit.id = link.kit_id
    JOIN account ON account.id = kit.account_id
    WHERE short_code.code_tag = :tag AND short_code.expires_at > :now AND {_WORKS}"""  # noqa: S608 - as above
"""The link that a short code leads to; columns as `Coded`."""

COUNT_WRONG = """INSERT INTO code_budget (began_at, address, wrong) VALUES (:began_at, :address, 1)
    ON CONFLICT (began_at, address) DO UPDATE SET wrong = code_budget.wrong + 1
    RETURNING wrong"""

FORGET_WRONG = "DELETE FROM code_budget WHERE began_at < :oldest"

READY = "SELECT 1 FROM link LIMIT 1"


def for_psycopg(statement: str) -> str:
    """Return a statement with its parameters written as psycopg reads them."""
    return re.sub(r"(?<!:):([a-z_]\w*)", r"%(\1)s", statement)
