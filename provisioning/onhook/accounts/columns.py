"""What the columns of an account list are called.

The 3CX names are those of its extension export (all versions, see docs/import.md); the others are
onhook's own and what Japanese offices write. Upper and lower case, blanks, ``_`` and ``-`` make
no difference.
"""

COLUMNS: dict[str, tuple[str, ...]] = {
    "extension": ("Number", "extension", "内線番号", "内線"),
    "auth_id": ("AuthID", "auth_id", "認証ID", "ログインID", "CID"),
    "password": ("AuthPassword", "AuthPass", "password", "認証パスワード", "パスワード"),
    "msisdn": ("MSISDN",),
    "first_name": ("FirstName", "first_name", "名"),
    "last_name": ("LastName", "last_name", "姓"),
    "display_name": ("display_name", "表示名", "氏名", "名前"),
    "mail": ("EmailAddress", "mail", "email", "メールアドレス", "メール"),
    "mobile": ("MobileNumber", "mobile", "携帯番号", "携帯電話"),
    "caller_id": ("OutboundCallerID", "caller_id", "発信者番号"),
    "disabled": ("Disabled", "無効"),
}
