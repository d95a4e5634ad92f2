"""A list of accounts comes in row by row; no bad row stops the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.provisioning.layouts import V15, V15_2, V18, V18_SHORT, V20, row

if TYPE_CHECKING:
    from pathlib import Path

    from tests.workspaces import Office, Ran

pytestmark = pytest.mark.each_database

SATO = {
    "Number": "101",
    "FirstName": "花子",
    "LastName": "佐藤",
    "EmailAddress": "sato@acme.example",
    "MobileNumber": "+81 (90) 1234-5678",
    "AuthID": "Xq3kAuth",
    "AuthPassword": "p&<>\"';w1",
    "OutboundCallerID": "0312345678",
    "Disabled": "0",
}
SUZUKI = SATO | {
    "Number": "0102",
    "LastName": "鈴木",
    "EmailAddress": "suzuki@acme.example",
    "AuthID": "Zz9Auth",
    "AuthPassword": "another-1",
}


def bring(office: Office, *rows: list[str], words: tuple[str, ...] = ()) -> Ran:
    return office.ask("account", "import", office.table("list.csv", *rows), *words)


def verdicts(ran: Ran) -> list[tuple[str, str]]:
    return [(one["subject"], one["state"]) for one in ran.data["rows"]]


def stored(office: Office, *words: str) -> dict[str, dict[str, Any]]:
    found = office.ask("account", "list", *words).data["accounts"]
    return {one["extension"]: one for one in found}


@pytest.mark.parametrize(
    ("header", "columns"), [(V15, 59), (V15_2, 61), (V18, 65)], ids=["v15", "v15.2", "v18"]
)
def test_a_full_export_of_the_pbx_comes_in_whole(
    acme: Office, header: list[str], columns: int
) -> None:
    assert len(header) == columns
    ran = bring(acme, header, row(header, **SATO), row(header, **SUZUKI))

    assert verdicts(ran) == [("acme/101", "new"), ("acme/0102", "new")]
    found = stored(acme, "--reveal")
    assert set(found) == {"101", "0102"}
    expected = {
        "first_name": "花子",
        "last_name": "佐藤",
        "name": "佐藤 花子",
        "mail": "sato@acme.example",
        "mobile": "+81 (90) 1234-5678",
        "auth_id": "Xq3kAuth",
        "password": "p&<>\"';w1",
        "caller_id": "0312345678",
        "disabled": False,
    }
    assert {key: found["101"][key] for key in expected} == expected


def test_the_export_of_v20_brings_accounts_without_credential(acme: Office) -> None:
    assert len(V20) == 54
    ran = bring(acme, V20, row(V20, **SATO))

    assert verdicts(ran) == [("acme/101", "new")]
    assert not stored(acme)["101"]["has_password"]


def test_the_export_of_v20_erases_no_credential(acme: Office) -> None:
    bring(acme, V15, row(V15, **SATO))
    ran = bring(acme, V20, row(V20, **SATO | {"LastName": "田中"}))

    assert ran.data["rows"][0]["fields"] == ["last_name"]
    found = stored(acme, "--reveal")["101"]
    assert (found["auth_id"], found["password"]) == (SATO["AuthID"], SATO["AuthPassword"])


def test_the_short_form_of_v18_finds_people_by_their_mail(acme: Office) -> None:
    bring(acme, V15, row(V15, **SATO), row(V15, **SUZUKI))
    moved = SATO | {"MobileNumber": "080-1111-2222", "EmailAddress": " sato@acme.example "}
    unknown = SATO | {"EmailAddress": "nobody@acme.example"}
    ran = bring(acme, V18_SHORT, row(V18_SHORT, **moved), row(V18_SHORT, **unknown))

    assert verdicts(ran) == [("acme/101", "changed"), ("nobody@acme.example", "refused")]
    assert ran.data["rows"][0]["fields"] == ["mobile"]
    assert ran.codes == ["extension-missing"]
    assert stored(acme)["101"]["mobile"] == "080-1111-2222"


def test_a_mail_address_that_several_have_finds_nobody(acme: Office) -> None:
    bring(acme, V15, row(V15, **SATO), row(V15, **SUZUKI | {"EmailAddress": SATO["EmailAddress"]}))
    ran = bring(acme, V18_SHORT, row(V18_SHORT, **SATO))

    assert ran.codes == ["mail-ambiguous"]


def test_two_rows_for_one_mail_address_are_both_refused(acme: Office) -> None:
    bring(acme, V15, row(V15, **SATO))
    other = SATO | {"LastName": "田中"}
    ran = bring(acme, V18_SHORT, row(V18_SHORT, **SATO), row(V18_SHORT, **other))

    assert ran.codes == ["stands-twice", "stands-twice"]
    assert stored(acme)["101"]["last_name"] == "佐藤"


def test_onhooks_own_columns_and_japanese_ones_are_read(acme: Office) -> None:
    own = ["extension", "auth_id", "password", "display_name", "mail", "caller_id", "disabled"]
    bring(acme, own, ["101", "a-101", "secret-101", "受付", "r@acme.example", "0311112222", "1"])
    japanese = ["内線番号", "認証ID", "認証パスワード", "姓", "名", "メールアドレス", "携帯番号"]
    bring(acme, japanese, ["１０２", "a-102", "secret-102", "山田", "太郎", "", "090-1"])

    found = stored(acme, "--reveal")
    assert (found["101"]["name"], found["101"]["disabled"]) == ("受付", True)
    assert (found["102"]["name"], found["102"]["password"]) == ("山田 太郎", "secret-102")


def test_columns_that_are_not_there_leave_their_fields_alone(acme: Office) -> None:
    bring(acme, V15, row(V15, **SATO))
    ran = bring(acme, ["Number", "EmailAddress"], ["101", "new@acme.example"])

    assert ran.data["rows"][0]["fields"] == ["mail"]
    found = stored(acme, "--reveal")["101"]
    assert (found["last_name"], found["password"]) == ("佐藤", SATO["AuthPassword"])


def test_an_empty_cell_erases_a_name_but_no_credential(acme: Office) -> None:
    bring(acme, V15, row(V15, **SATO))
    empty = SATO | {"AuthID": "", "AuthPassword": "", "FirstName": ""}
    ran = bring(acme, V15, row(V15, **empty))

    assert ran.data["rows"][0]["fields"] == ["first_name"]
    found = stored(acme, "--reveal")["101"]
    assert (found["auth_id"], found["password"]) == (SATO["AuthID"], SATO["AuthPassword"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_every_encoding_of_an_office_is_read(acme: Office, encoding: str) -> None:
    rows = (row(V15, **SATO), row(V15, **SUZUKI))
    path = acme.table("list.csv", V15, *rows, encoding=encoding)
    if encoding == "utf-16":  # Excel's "Unicode text" has tabs
        path.write_bytes(path.read_bytes().decode("utf-16").replace(",", "\t").encode("utf-16"))
    ran = acme.ask("account", "import", path)

    assert verdicts(ran) == [("acme/101", "new"), ("acme/0102", "new")]
    assert stored(acme)["101"]["name"] == "佐藤 花子"


def test_a_second_run_changes_nothing(acme: Office) -> None:
    rows = (V15, row(V15, **SATO), row(V15, **SUZUKI))
    bring(acme, *rows)
    before = acme.rows()
    ran = bring(acme, *rows)

    assert [state for _, state in verdicts(ran)] == ["unchanged", "unchanged"]
    assert ran.data["counts"] == {"new": 0, "changed": 0, "unchanged": 2, "refused": 0}
    assert acme.rows() == before


def test_a_dry_run_decides_all_and_stores_nothing(acme: Office) -> None:
    rows = (V15, row(V15, **SATO), row(V15, **SUZUKI | {"AuthPassword": "0102"}))
    ran = bring(acme, *rows, words=("--dry-run",))

    assert verdicts(ran) == [("acme/101", "new"), ("acme/0102", "refused")]
    assert ran.data["dry_run"]
    assert stored(acme) == {}
    assert acme.ask("contract", "list").data["contracts"] == []
    assert (
        "nothing stored" in acme.run("account", "import", acme.home / "list.csv", "--dry-run").out
    )


def test_a_changed_row_says_which_fields(acme: Office) -> None:
    bring(acme, V15, row(V15, **SATO))
    changed = SATO | {"AuthPassword": "new-secret", "LastName": "田中", "Disabled": "1"}
    ran = bring(acme, V15, row(V15, **changed))

    assert ran.data["rows"][0]["state"] == "changed"
    assert sorted(ran.data["rows"][0]["fields"]) == ["disabled", "last_name", "password"]
    assert "new-secret" not in ran.said


def test_a_refused_row_says_line_column_reason_and_cure(acme: Office) -> None:
    rows = (row(V15, **SATO), row(V15, **SUZUKI | {"EmailAddress": "suzuki at acme"}))
    acme.table("list.csv", V15, *rows)
    ran = acme.run("account", "import", acme.home / "list.csv")

    assert ran.code == 3
    for part in ("line 3  acme/0102  REFUSED", "EmailAddress: 'suzuki at acme' is no mail address"):
        assert part in ran.out
    assert "-> write it as name@company.example" in ran.out
    refused = acme.ask("account", "import", acme.home / "list.csv").data["rows"][1]
    assert (refused["line"], refused["column"]) == (3, "EmailAddress")


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"Number": "../../etc"}, "bad-extension", "Number"),
        ({"Number": "CON"}, "bad-extension", "Number"),
        ({"Number": "101\n"}, "bad-extension", "Number"),
        ({"Number": "1" * 300}, "bad-extension", "Number"),
        ({"Number": ""}, "bad-extension", "Number"),
        ({"AuthPassword": "0102"}, "password-is-extension", "AuthPassword"),
        ({"AuthPassword": "Zz9Auth"}, "password-is-extension", "AuthPassword"),
        ({"AuthPassword": "x" * 65}, "password-length-wrong", "AuthPassword"),
        ({"AuthPassword": "a\nb-secret"}, "text-unprintable", "AuthPassword"),
        ({"FirstName": "花\n子"}, "text-unprintable", "FirstName"),
        ({"LastName": "\u202e木鈴"}, "text-unprintable", "LastName"),
        ({"LastName": "鈴" * 500}, "text-too-long", "LastName"),
        ({"MobileNumber": "ask her"}, "bad-phone-number", "MobileNumber"),
        ({"Disabled": "perhaps"}, "bad-flag", "Disabled"),
        ({"EmailAddress": "a@b@c"}, "bad-mail", "EmailAddress"),
    ],
)
def test_one_bad_row_stops_no_other_and_is_refused_by_name(
    acme: Office, cells: dict[str, str], code: str, column: str
) -> None:
    third = SATO | {"Number": "103"}
    bad = SUZUKI | {"EmailAddress": ""} | cells
    ran = bring(acme, V15, row(V15, **SATO), row(V15, **bad), row(V15, **third))

    assert set(stored(acme)) == {"101", "103"}
    assert ran.codes == [code]
    refused = ran.data["rows"][1]
    assert (refused["line"], refused["column"]) == (3, column)
    assert ran.json["errors"][0]["subject"] == refused["subject"]
    assert refused["error"]["mend"]
    for secret in (bad["AuthPassword"], SATO["AuthPassword"]):
        assert secret in ("0102", "Zz9Auth") or secret not in ran.said


def test_a_bad_row_half_applies_nothing(acme: Office) -> None:
    bring(acme, V15, row(V15, **SATO))
    bring(acme, V15, row(V15, **SATO | {"LastName": "田中", "Disabled": "perhaps"}))

    assert stored(acme)["101"]["last_name"] == "佐藤"


def test_an_extension_that_stands_twice_is_refused_in_all_its_lines(acme: Office) -> None:
    wide = SATO | {"Number": "１０１"}
    rows = (row(V15, **SATO), row(V15, **SUZUKI), row(V15, **wide))
    ran = bring(acme, V15, *rows)

    assert [state for _, state in verdicts(ran)] == ["refused", "new", "refused"]
    assert ran.codes == ["stands-twice", "stands-twice"]
    assert "2, 4" in ran.json["errors"][0]["message"]
    assert set(stored(acme)) == {"0102"}


def test_full_width_digits_become_ascii_and_it_is_said(acme: Office) -> None:
    ran = bring(acme, V15, row(V15, **SATO | {"Number": "０１０１"}))

    assert verdicts(ran) == [("acme/0101", "new")]
    assert ran.data["rows"][0]["notes"] == ["'０１０１' was read as 0101"]


@pytest.mark.parametrize("name", ["ﾔﾏﾀﾞ", "髙橋", "山﨑", "𠮷田", "渡邉󠄀", 'O\'Brien <x> & "y"'])
def test_names_stay_as_people_write_them(acme: Office, name: str) -> None:
    bring(acme, V15, row(V15, **SATO | {"LastName": name}))

    assert stored(acme)["101"]["last_name"] == name


def test_who_is_missing_is_listed_and_stays(acme: Office) -> None:
    bring(acme, V15, row(V15, **SATO), row(V15, **SUZUKI))
    ran = bring(acme, V15, row(V15, **SATO))

    assert ran.data["missing"] == ["acme/0102"]
    assert set(stored(acme)) == {"101", "0102"}


def test_an_import_never_enables_again(acme: Office) -> None:
    bring(acme, V15, row(V15, **SATO))
    acme.do("account", "disable", "101")
    ran = bring(acme, V15, row(V15, **SATO))

    assert verdicts(ran) == [("acme/101", "unchanged")]
    assert "onhook account enable acme/101" in ran.data["rows"][0]["notes"][0]
    assert stored(acme)["101"]["disabled"]


def test_a_fourth_number_of_a_customer_is_refused(mobile: Office) -> None:  # B-A1
    rows = [row(V15, **SATO | {"Number": f"10{n}", "AuthID": f"a{n}"}) for n in range(4)]
    ran = bring(mobile, V15, *rows)

    assert [state for _, state in verdicts(ran)] == ["new", "new", "new", "refused"]
    assert ran.codes == ["too-many-contracts"]
    assert ran.json["errors"][0]["rule"] == "B-A1"
    assert ran.code == 6
    contracts = mobile.ask("contract", "list").data["contracts"]
    assert [one["accounts"] for one in contracts] == [1, 1, 1]
    assert ran.data["contracts_started"] == [1, 2, 3]


def test_a_service_with_one_contract_for_all_starts_one(acme: Office) -> None:
    rows = [row(V15, **SATO | {"Number": f"10{n}"}) for n in range(5)]
    ran = bring(acme, V15, *rows)

    assert ran.data["contracts_started"] == [1]
    assert [one["accounts"] for one in acme.ask("contract", "list").data["contracts"]] == [5]


MSISDN = (["extension", "msisdn"], ["101", "090-1234-5678"])


def test_an_msisdn_is_taken_by_the_service_that_knows_it(mobile: Office) -> None:  # B-A3
    ran = bring(mobile, *MSISDN)

    assert verdicts(ran) == [("acme/101", "new")]
    assert "09012345678" not in mobile.ask("account", "show", "101").said
    assert stored(mobile, "--reveal")["101"]["msisdn"] == "09012345678"


def test_an_msisdn_is_refused_by_another_service(acme: Office) -> None:  # B-A3
    ran = bring(acme, *MSISDN)

    assert (ran.code, ran.codes) == (6, ["msisdn-not-accepted"])
    assert "1234" not in ran.said
    assert stored(acme) == {}


def test_a_bad_msisdn_is_not_shown(mobile: Office) -> None:
    ran = bring(mobile, ["extension", "msisdn"], ["101", "0905554443x"])

    assert ran.codes == ["bad-msisdn"]
    assert "5554443" not in ran.said


def test_accounts_of_two_services_keep_their_own_rules(mobile: Office) -> None:
    bring(mobile, *MSISDN)
    bring(mobile, ["extension"], ["201"], words=("--service", "jiyu-hodai"))

    again = bring(mobile, ["extension", "msisdn"], ["101", "090-1234-5679"], ["202", ""])
    assert verdicts(again) == [("acme/101", "changed"), ("acme/202", "new")]
    number = mobile.file("number", "08099998888")
    assert mobile.ask("account", "set", "101", "--msisdn-file", number).code == 0
    assert mobile.ask("account", "set", "201", "--msisdn-file", number).codes == [
        "msisdn-not-accepted"
    ]


def test_customers_may_share_extensions(two_customers: Office) -> None:
    for customer in ("acme", "sakura"):
        ran = bring(two_customers, V15, row(V15, **SATO), words=("--customer", customer))
        assert verdicts(ran) == [(f"{customer}/101", "new")]

    assert bring(two_customers, V15, row(V15, **SATO)).codes == ["which-customer"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table-empty"),
        (b"\r\n\r\n", "table-empty"),
        (b"PK\x03\x04[Content_Types].xml", "table-is-workbook"),
        (b"101,Sato\r\n102,Suzuki\r\n", "table-header-missing"),
        (bytes(range(256)) * 9, "table-is-binary"),
        (b"Number,FirstName\r\n101,Hana\x00ko\r\n", "table-is-binary"),
        (b"Number,Number\r\n101,102\r\n", "table-header-twice"),
        (b"FirstName\r\nHanako\r\n", "table-column-missing"),
    ],
)
def test_a_file_that_is_no_list_is_told_for_what_it_is(
    acme: Office, content: bytes, code: str
) -> None:
    ran = acme.ask("account", "import", acme.file("list.csv", content))

    assert (ran.code, ran.codes) == (3, [code])


def test_a_file_that_is_not_there_is_told(acme: Office, tmp_path: Path) -> None:
    assert acme.ask("account", "import", tmp_path / "no.csv").code == 4


def test_more_rows_than_fit_one_statement_come_in(acme: Office) -> None:
    rows = [row(V20, **SATO | {"Number": str(1000 + n)}) for n in range(1203)]

    assert bring(acme, V20, *rows).data["counts"]["new"] == 1203
    assert bring(acme, V20, *rows).data["counts"]["unchanged"] == 1203
