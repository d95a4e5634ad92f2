"""The statements of delivery, each once for both databases.

Plain SQL, for a fetch is one row by its key and what SQLAlchemy does around a statement takes
longer than the statement. What works is said in one place: `_LIVE`. Unknown, expired, used up and
revoked are one answer: no row.
"""

from __future__ import annotations

import re

_LIVE = """link.token_sha256 = :token AND link.revoked_at IS NULL
    AND link.expires_at > :now AND link.fetches < link.max_fetches"""

_FROM_LINK = """FROM link
    JOIN kit ON kit.id = link.kit_id
    JOIN account ON account.id = kit.account_id
    JOIN issue_file ON issue_file.kit_id = link.kit_id AND issue_file.number = link.number
        AND issue_file.place = 0"""

_CONFIG = """account.customer_id, account.extension, kit.device_id, link.number,
    issue_file.name, issue_file.media_type, issue_file.content_sealed"""

CONFIG = f"SELECT {_CONFIG} {_FROM_LINK} WHERE {_LIVE}"
"""The config of a link that works; columns as `Config`."""

PAGE = f"""SELECT account.customer_id, account.extension, account.first_name, account.last_name,
    account.display_name, customer.language, kit.device_id, device.platform, link.number,
    issue.family, issue.service, issue_file.name, link.public_url, link.expires_at,
    link.max_fetches - link.fetches
    {_FROM_LINK}
    JOIN issue ON issue.kit_id = link.kit_id AND issue.number = link.number
    JOIN customer ON customer.id = account.customer_id
    LEFT JOIN device ON device.id = kit.device_id
    WHERE {_LIVE}"""
"""What a link's page says; columns as `Page`."""

COUNT_FETCH = f"""UPDATE link SET fetches = fetches + 1 WHERE {_LIVE}
    RETURNING kit_id, number, fetches + opens"""  # noqa: S608 - as above

# A page that is opened again and again is not written down for ever.
COUNT_OPEN = f"""UPDATE link SET opens = opens + 1 WHERE {_LIVE} AND link.opens < :most_opens
    RETURNING kit_id, number, fetches + opens"""  # noqa: S608 - as above

RECORD = """INSERT INTO visit (kit_id, number, place, at, kind, platform, level, agent, address)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
"""Keep a visit, on SQLite: PostgreSQL does it in one with the counting."""

_RECORD_COUNTED = """INSERT INTO visit
    (kit_id, number, place, at, kind, platform, level, agent, address)
    SELECT kit_id, number, place, :now, :kind, :platform, :level, :agent, :address FROM counted"""

_COUNTED = "RETURNING link.kit_id, link.number, link.fetches + link.opens AS place"

FETCH_AT_ONCE = f"""WITH counted AS (
        UPDATE link SET fetches = fetches + 1 WHERE {_LIVE} {_COUNTED}),
    recorded AS ({_RECORD_COUNTED})
    SELECT account.customer_id, account.extension, kit.device_id, counted.number,
        issue_file.name, issue_file.media_type, issue_file.content_sealed
    FROM counted
    JOIN kit ON kit.id = counted.kit_id
    JOIN account ON account.id = kit.account_id
    JOIN issue_file ON issue_file.kit_id = counted.kit_id AND issue_file.number = counted.number
        AND issue_file.place = 0"""  # noqa: S608 - as above
"""Count, record and deliver in one statement, which PostgreSQL can: one way to it and back."""

OPEN_AT_ONCE = f"""WITH counted AS (UPDATE link SET opens = opens + 1
    WHERE {_LIVE} AND link.opens < :most_opens {_COUNTED})
    {_RECORD_COUNTED}"""  # noqa: S608 - as above

CODE = """SELECT link.token_sealed, account.customer_id, account.extension, kit.device_id,
    link.number
    FROM short_code
    JOIN link ON link.kit_id = short_code.kit_id AND link.number = short_code.number
    JOIN kit ON kit.id = link.kit_id
    JOIN account ON account.id = kit.account_id
    WHERE short_code.code_tag = :tag AND short_code.expires_at > :now
    AND link.revoked_at IS NULL AND link.expires_at > :now AND link.fetches < link.max_fetches"""
"""The link that a short code leads to; columns as `Coded`."""

COUNT_WRONG = """INSERT INTO code_budget (began_at, address, wrong) VALUES (:began_at, :address, 1)
    ON CONFLICT (began_at, address) DO UPDATE SET wrong = code_budget.wrong + 1
    RETURNING wrong"""

FORGET_WRONG = "DELETE FROM code_budget WHERE began_at < :oldest"

READY = "SELECT 1 FROM link LIMIT 1"


def for_psycopg(statement: str) -> str:
    """Return a statement with its parameters written as psycopg reads them."""
    return re.sub(r"(?<!:):([a-z_]\w*)", r"%(\1)s", statement)
