"""What one would write instead of `onhook account import`: csv and sqlite3, no checks, no sealing.

python naive_import.py EXTENSIONS.csv DATABASE
"""

import csv
import sqlite3
import sys
from operator import itemgetter
from pathlib import Path

# The columns that onhook keeps.
COLUMNS = (
    "Number",
    "AuthID",
    "AuthPassword",
    "FirstName",
    "LastName",
    "EmailAddress",
    "MobileNumber",
    "OutboundCallerID",
    "Disabled",
)


def main(extensions: str, database: str) -> None:
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode = WAL")
    columns = ", ".join(f"{name} TEXT NOT NULL" for name in COLUMNS)
    connection.execute(f"CREATE TABLE account (id INTEGER PRIMARY KEY, {columns}, UNIQUE (Number))")
    marks = ", ".join("?" * len(COLUMNS))
    query = f"INSERT INTO account ({', '.join(COLUMNS)}) VALUES ({marks})"  # noqa: S608 - constants
    with Path(extensions).open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        pick = itemgetter(*map(header.index, COLUMNS))
        connection.executemany(query, map(pick, rows))
    connection.commit()


main(*sys.argv[1:])
