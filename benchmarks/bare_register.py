"""What leases are measured against: SQLAlchemy Core on the same tables, and nothing else.

python bare_register.py import REGISTER.csv DATABASE
python bare_register.py show DEVICE DATABASE
python bare_register.py due TODAY DATABASE
"""

import csv
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import CompoundSelect, Connection, create_engine, insert, select, union_all

from onhook.store.schema import contract, customer, device, lease, lease_event, metadata

_EVENTS = {"故障日": "fault", "紛失日": "lost", "サービス終了日": "end", "返却日": "return"}


def main(what: str, argument: str, database: str) -> None:
    engine = create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        if what == "import":
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")
            metadata.create_all(connection)
            insert_register(connection, Path(argument))
        elif what == "show":
            query = select(lease_event).where(lease_event.c.device_id == argument)
            for row in connection.execute(query.order_by(lease_event.c.number)):
                print(*row)
        else:
            today = date.fromisoformat(argument)
            for row in connection.execute(due(today)):
                print(*row, (row.due_on - today).days)


def due(today: date) -> CompoundSelect[Any]:
    """Return the query for returns and warranty ends, the soonest first."""
    last = lease.c.warranty_until.label("due_on")
    columns = (lease.c.device_id, contract.c.customer_id, lease.c.price_yen)
    under = contract.c.id == lease.c.contract_id
    returns = select(*columns, lease.c.due_on, lease.c.due_rule).join(contract, under)
    warranties = select(*columns, last, lease.c.warranty_rule).join(contract, under)
    both = union_all(
        returns.where(lease.c.state == "return-due"),
        warranties.where(lease.c.state.in_(("leased", "bought")), last >= today),
    )
    return both.order_by("due_on")


def insert_register(connection: Connection, path: Path) -> None:
    now = datetime.now(UTC)
    owner = {"id": "sakura", "name": "", "mail": "", "language": "", "created_at": now}
    connection.execute(insert(customer), [owner])
    began = {"customer_id": "sakura", "service": "jiyu-hodai", "started_on": now.date(), "pbx": {}}
    connection.execute(insert(contract), [began])
    devices: list[dict[str, object]] = []
    leases: list[dict[str, object]] = []
    events: list[dict[str, object]] = []
    with path.open(encoding="cp932", newline="") as file:
        for row in csv.DictReader(file):
            devices.append(device_row(row, now))
            leases.append(lease_row(row))
            events.extend(event_rows(row, now))
    connection.execute(insert(device), devices)
    connection.execute(insert(lease), leases)
    connection.execute(insert(lease_event), events)


def day(text: str) -> date:
    return date.fromisoformat(text.replace("/", "-"))


def device_row(row: dict[str, str], now: datetime) -> dict[str, object]:
    return {
        "id": row["管理番号"],
        "customer_id": "sakura",
        "platform": row["OS"],
        "model": row["機種"],
        "serial": row["シリアル番号"],
        "level": "",
        "ownership": "leased",
        "retired_at": None,
        "created_at": now,
        "changed_at": now,
    }


def lease_row(row: dict[str, str]) -> dict[str, object]:
    return {
        "device_id": row["管理番号"],
        "number": 1,
        "contract_id": 1,
        "state": "leased",
        "is_bought": False,
        "started_on": day(row["貸与日"]),
        "contract_on": day(row["契約日"]),
        "price_yen": int(row["販売価格"].removesuffix("円")),
        "due_kind": None,
        "due_on": None,
        "ended_on": None,
        "due_rule": "",
        "returned_on": None,
        "warranty_until": day(row["貸与日"]),
        "warranty_rule": "J-L1",
    }


def event_rows(row: dict[str, str], now: datetime) -> list[dict[str, object]]:
    start: dict[str, object] = {
        "customer": "sakura",
        "price_yen": int(row["販売価格"].removesuffix("円")),
        "contract_on": row["契約日"],
        "warranty_months": int(row["保証月数"]),
        "lessor": "provider",
        "lessor_name": "",
        "is_bought": False,
        "replaces": "",
    }
    happened: list[tuple[str, str, dict[str, object]]] = [("start", row["貸与日"], start)]
    happened += [(kind, row[column], {}) for column, kind in _EVENTS.items() if row[column]]
    return [
        {
            "device_id": row["管理番号"],
            "number": number,
            "contract_id": 1 if kind == "start" else None,
            "kind": kind,
            "happened_on": day(on),
            "details": details,
            "corrects": None,
            "reason": "",
            "recorded_at": now,
            "recorded_by": "bare",
        }
        for number, (kind, on, details) in enumerate(happened, 1)
    ]


if __name__ == "__main__":
    main(*sys.argv[1:])
