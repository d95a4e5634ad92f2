"""What the columns of a register of leased devices are called.

Onhook's own names come first, and are what an export writes; the others are those that offices
use. Upper and lower case, width, blanks, ``_`` and ``-`` make no difference. A name that can mean
two things is not among them, such as 解約日: the day the end was asked for, or the last day. Its
column is passed over, and that is said.
"""

from __future__ import annotations

COLUMNS: dict[str, tuple[str, ...]] = {
    "device": ("device", "device_id", "端末ID", "端末番号", "管理番号", "資産番号", "Asset Tag"),
    "customer": (
        *("customer", "customer_id", "顧客ID", "顧客", "顧客名", "申込者", "契約者", "契約者名"),
        *("お客様", "お客様名", "貸与先", "会社名", "Company"),
    ),
    "platform": ("platform", "OS", "プラットフォーム", "種別"),
    "model": ("model", "機種", "機種名", "型番", "Model Number", "Model Name"),
    "serial": ("serial", "serial_number", "製造番号", "シリアル番号", "シリアル", "S/N"),
    "level": ("level", "os_version", "version", "OSバージョン", "バージョン"),
    "price": (
        *("price", "price_yen", "sale_price", "販売価格", "販売価格(税抜)", "本体価格"),
        *("本体価格(税抜)", "価格", "価格(税抜)", "金額(税抜)", "Purchase Cost"),
    ),
    "started_on": (
        *("started_on", "lease_start", "start", "貸与日", "貸与開始日", "貸出日", "利用開始日"),
        "リース開始日",
    ),
    "contract_on": ("contract_on", "contract_date", "契約日", "契約年月日"),
    "warranty_months": (
        *("warranty_months", "保証月数", "保証期間(月)", "保証期間(月数)", "保証期間(ヶ月)"),
        *("保証期間(か月)", "保証期間(カ月)"),
    ),
    "warranty": ("warranty", "保証期間", "保証"),
    "lessor": ("lessor", "貸与元", "貸主", "リース会社"),
    "bought": ("bought", "貸与・販売", "貸与区分", "販売区分", "区分"),
    "replaces": ("replaces", "交換元", "交換前端末", "交換前端末ID"),
    "fault_on": ("fault_on", "故障日", "故障発生日"),
    "cause": ("cause", "原因", "故障原因"),
    "claimed_on": ("claimed_on", "交換請求日", "交換申請日"),
    "lost_on": ("lost_on", "紛失日", "盗難・紛失日"),
    "lost_claimed_on": ("lost_claimed_on", "紛失交換請求日"),
    "damage_paid_on": ("damage_paid_on", "負担金支払日", "負担金入金日"),
    "damage_waived_on": ("damage_waived_on", "負担金免除日"),
    "damage_waived_why": ("damage_waived_why", "負担金免除理由"),
    "shipped_on": ("shipped_on", "代替品発送日", "代替機発送日", "交換品発送日"),
    "replacement": (
        *("replacement", "代替品", "代替機", "代替端末", "代替端末ID", "交換先", "交換後端末"),
        "交換後端末ID",
    ),
    "declined_on": ("declined_on", "代替品不要通知日", "交換辞退日"),
    "ended_on": ("ended_on", "service_end", "サービス終了日", "利用終了日", "契約終了日"),
    "ended_by": ("ended_by", "終了区分"),
    "extended_on": ("extended_on", "延長日", "延長承認日"),
    "extended_until": ("extended_until", "延長期限", "延長後期限", "延長後の返送期限"),
    "extended_why": ("extended_why", "延長理由"),
    "penalty_paid_on": ("penalty_paid_on", "違約金支払日", "違約金入金日"),
    "penalty_waived_on": ("penalty_waived_on", "違約金免除日"),
    "penalty_waived_why": ("penalty_waived_why", "違約金免除理由"),
    "returned_on": ("returned_on", "返却日", "返送日", "返品日", "回収日"),
}
"""For each field the headers that mean it."""

WRITTEN = tuple(field for field in COLUMNS if field != "warranty")
"""The columns of an export."""

DEVICE_FIELDS = ("platform", "model", "serial", "level")
