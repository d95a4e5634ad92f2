"""What a PostgreSQL server refuses is told with the way to mend it, and never with the password."""

from __future__ import annotations

import stat
import tomllib
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url, text

from onhook.store import errors, migration
from onhook.store.engine import TAKE_LOCK, open_engine, shown_url
from onhook.words import Words
from tests.postgresql import PASSWORD, USER

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.postgresql import Server
    from tests.workspaces import Office, Ran

CLEAR = "Geheim-@-und-/"
SECRETS = (CLEAR, PASSWORD, "Geheim")


def assert_quiet(*said: str) -> None:
    for one in said:
        assert [secret for secret in SECRETS if secret in one] == []


@pytest.fixture
def url(postgresql: Server) -> str:
    return postgresql.create()


def test_the_password_of_the_tests_is_the_one_looked_for() -> None:
    assert make_url(f"postgresql://{USER}:{PASSWORD}@/x").password == CLEAR


def test_a_workspace_in_postgresql_is_made_kept_and_shown_without_its_password(
    nowhere: Office, url: str
) -> None:
    words = ("init", "--customer", "acme", "--database", url)
    made = nowhere.ask(*words)
    again = nowhere.ask(*words)
    listed = nowhere.spawn("account", "list")

    assert [one["state"] for one in made.data["made"]] == ["made", "made", "made"]
    assert [one["state"] for one in again.data["made"]] == ["kept", "kept", "kept"]
    assert made.data["made"][2]["where"] == shown_url(url)
    assert listed.returncode == 0, listed.stderr
    assert_quiet(made.said, again.said, nowhere.do("init").said)
    workspace = nowhere.open()
    assert_quiet(repr(workspace), repr(workspace.settings), repr(workspace.engine))


def test_the_settings_file_keeps_the_address_for_its_owner_alone(nowhere: Office, url: str) -> None:
    nowhere.do("init", "--database", url)
    file = nowhere.folder / "onhook.toml"

    assert tomllib.loads(file.read_text("utf-8"))["database"] == url
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    ran = nowhere.ask("account", "list")
    assert (ran.code, ran.codes) == (7, ["settings-open-to-others"])
    assert ran.json["errors"][0]["mend"] == f"close it: chmod 600 {file}"
    assert_quiet(ran.said)


def test_the_password_may_come_from_the_environment_or_a_file_of_libpq(
    nowhere: Office, url: str, postgresql: Server
) -> None:
    bare = postgresql.url(str(make_url(url).database), USER)
    passfile = nowhere.file("pgpass", f"*:*:*:{USER}:{CLEAR}\n")
    passfile.chmod(0o600)

    assert nowhere.ask("init", "--database", bare).codes == ["database-login-refused"]
    assert nowhere.ask("init", "--database", bare, PGPASSWORD=CLEAR).codes == []
    assert nowhere.ask("account", "list", PGPASSFILE=str(passfile)).codes == []
    assert nowhere.ask("account", "list", ONHOOK_DATABASE=url).codes == []
    assert nowhere.ask("account", "list").codes == ["database-login-refused"]
    assert_quiet((nowhere.folder / "onhook.toml").read_text("utf-8"))


REFUSALS: dict[str, tuple[Callable[[str, Server], str], int, str]] = {
    "no such host": (lambda url, _: url.replace("/onhook-pg", "/no-such"), 7, "unreachable"),
    "nobody listens": (
        lambda _, __: f"postgresql+psycopg://{USER}:{PASSWORD}@127.0.0.1:1/onhook",
        7,
        "unreachable",
    ),
    "two addresses": (
        lambda _, __: f"postgresql+psycopg://{USER}:{PASSWORD}@localhost:1/onhook",
        7,
        "unreachable",
    ),
    "wrong password": (lambda url, _: url.replace("Geheim", "Geheimer"), 7, "login-refused"),
    "unknown user": (lambda url, _: url.replace(f"{USER}:", "nobody:"), 7, "login-refused"),
    "no such database": (lambda url, _: url.replace("office", "castle"), 4, "missing"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_database_nobody_gets_into_is_told_and_nothing_is_kept_of_it(
    nowhere: Office, url: str, postgresql: Server, case: str
) -> None:
    change, code, kind = REFUSALS[case]
    wrong = change(url, postgresql)

    ran = nowhere.ask("init", "--database", wrong)
    assert (ran.code, ran.codes) == (code, [f"database-{kind}"])
    assert_quiet(ran.said, nowhere.run("init", "--database", wrong).said)
    debugged = nowhere.spawn("init", "--database", wrong, ONHOOK_DEBUG="1")
    assert_quiet((debugged.stdout + debugged.stderr).decode())
    assert not (nowhere.folder / "onhook.toml").exists()
    nowhere.do("init", "--database", url)


@pytest.mark.parametrize(
    "wrong",
    [
        "postgresql://onhook:Geheim@wort@db.example/onhook",
        "postgresql://db.example/onhook?user=onhook&password=Geheim",
        "postgresql://onhook:Geheim@db.example",
        "postgresql://onhook:Geheim@db.example:port/onhook",
        "postgresql+psycopg2://onhook:Geheim@db.example/onhook",
        "postgres://onhook:Geheim@db.example/onhook",
    ],
)
def test_an_address_that_could_show_a_password_later_is_refused_at_once(
    nowhere: Office, wrong: str
) -> None:
    for ran in (
        nowhere.ask("init", "--database", wrong),
        nowhere.ask("init", ONHOOK_DATABASE=wrong),
    ):
        assert (ran.code, ran.codes) == (3, ["bad-setting"])
        assert_quiet(ran.said)


def test_a_user_without_the_right_to_make_tables_is_told(
    nowhere: Office, url: str, postgresql: Server
) -> None:
    name = make_url(url).database
    postgresql.superuser.execute(f"ALTER DATABASE {name} OWNER TO postgres")

    ran = nowhere.ask("init", "--database", url)
    assert (ran.code, ran.codes) == (7, ["database-rights-missing"])
    assert "ALTER DATABASE" in ran.json["errors"][0]["mend"]


def test_a_database_that_lacks_most_signs_is_refused(nowhere: Office, postgresql: Server) -> None:
    postgresql.superuser.execute(
        f"CREATE DATABASE latin OWNER {USER} TEMPLATE template0 ENCODING latin1"
    )
    ran = nowhere.ask("init", "--database", postgresql.url("latin"))

    assert (ran.code, ran.codes) == (7, ["database-not-unicode"])
    assert "LATIN1" in ran.json["errors"][0]["message"]


def test_a_server_that_is_too_old_is_refused(
    nowhere: Office, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration, "OLDEST_POSTGRESQL", 99)  # no older server is at hand
    ran = nowhere.ask("init", "--database", url)

    assert (ran.code, ran.codes) == (7, ["database-server-old"])
    assert "99 or later" in ran.json["errors"][0]["message"]


@pytest.fixture
def office(nowhere: Office, url: str) -> Office:
    nowhere.do("init", "--database", url, "--customer", "acme")
    return nowhere


def ran_while(office: Office, url: str, statement: str, *words: str) -> Ran:
    """Type a command while another transaction holds what `statement` took."""
    engine = open_engine(url)
    with engine.connect() as other:
        other.execute(text(statement))
        ran = office.ask(*words, ONHOOK_DATABASE=f"{url}&options=-c lock_timeout=50")
    engine.dispose()
    return ran


def test_another_that_writes_too_long_is_told(office: Office, url: str) -> None:
    ran = ran_while(office, url, TAKE_LOCK, "customer", "add", "sakura")
    assert (ran.code, ran.codes) == (7, ["database-busy"])
    assert ran_while(office, url, TAKE_LOCK, "customer", "list").code == 0

    locked = "LOCK TABLE customer IN ACCESS EXCLUSIVE MODE"
    assert ran_while(office, url, locked, "customer", "list").codes == ["database-busy"]
    assert office.ask("customer", "add", "sakura").code == 0


def test_a_database_that_may_only_be_read_is_told(office: Office, url: str) -> None:
    options = "&options=-c default_transaction_read_only=on"
    ran = office.ask("customer", "add", "sakura", ONHOOK_DATABASE=url + options)

    assert (ran.code, ran.codes) == (7, ["database-read-only"])
    assert office.ask("customer", "list", ONHOOK_DATABASE=url + options).code == 0


def test_a_server_that_throws_a_command_out_is_told_and_the_next_one_works(
    office: Office, url: str, postgresql: Server
) -> None:
    workspace = office.open()
    with workspace.reading() as work:
        assert work.connection.scalar(text("SELECT 1")) == 1
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    name = (make_url(url).database,)

    def thrown_out() -> None:
        with workspace.writing() as work:
            postgresql.superuser.execute(end, name)
            work.connection.execute(text("SELECT 1"))

    with pytest.raises(errors.DatabaseUnreachable) as told:
        thrown_out()
    assert_quiet(str(told.value), Words("en").error(told.value).says)
    with workspace.writing() as work:  # on a new connection
        assert work.connection.scalar(text("SELECT 1")) == 1
    postgresql.superuser.execute(end, name)
    with workspace.reading() as work:  # a broken one that waited for use is found out
        assert work.connection.scalar(text("SELECT 1")) == 1


JAPANESE = {
    'ユーザー"onhook"のパスワード認証に失敗しました': errors.DatabaseLoginRefused,
    'ロール"onhook"は存在しません': errors.DatabaseLoginRefused,
    'ロール"onhook"はログインが許可されません': errors.DatabaseLoginRefused,
    'データベース"onhook"は存在しません': errors.DatabaseMissing,
    'データベース"onhook"へのアクセスが拒否されました': errors.DatabaseRightsMissing,
    "データベースシステムは起動処理中です": errors.DatabaseUnreachable,
}


@pytest.mark.parametrize("words", JAPANESE)
def test_a_server_that_speaks_japanese_is_understood(words: str) -> None:
    # As PostgreSQL 15 says it; a failed connection has no SQLSTATE.
    told = errors.no_connection("db", f'connection to server at "db", port 5432 failed: {words}')

    assert type(told) is JAPANESE[words]
