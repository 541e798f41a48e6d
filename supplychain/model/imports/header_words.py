"""What people write above a column or on a sheet: English, Chinese, German, Japanese trade use.

A word stands for a column of a table of ``model.imports.tables``. Where one word means another
column in another table, ``BY_TABLE`` says so. Words are compared folded (``model.names``): case,
blanks and punctuation do not matter. Written for this project from lists as they are sent.
"""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, str]] = {
    "part_id": "part number|part no|part no.|partno|p/n|pn|part id|item number|item code|"
    "material number|material no|material code|sku|article number|article no|drawing number|"
    "物料编码|物料代码|物料号|料号|物料编号|零件号|零件编号|零件编码|件号|图号|产品编码|"
    "料號|物料編碼|零件編號|artikelnummer|artikel-nr.|artikelnr|teilenummer|teile-nr.|teilenr|"
    "materialnummer|material-nr.|sachnummer|品番|部品番号|部番|品目コード|部品コード|図番",
    "name": "name|description|part name|designation|title|item description|名称|品名|零件名称|"
    "物料名称|产品名称|物料描述|名稱|bezeichnung|benennung|kurztext|部品名|品目名|名前",
    "category": "category|part category|commodity|commodity group|material group|product group|"
    "类别|品类|分类|物料类别|物料分类|物料组|類別|warengruppe|kategorie|materialgruppe|"
    "分類|カテゴリ|カテゴリー|品目区分",
    "uom": "uom|unit|units|unit of measure|um|计量单位|单位|單位|einheit|mengeneinheit|me|"
    "basismengeneinheit|単位|数量単位",
    "designer_id": "designer|designer id|design owner|设计方|设计单位|konstrukteur|設計者",
    "revision": "revision|rev|rev.|version|版本|版次|修订|änderungsstand|revisionsstand|index|"
    "改訂|版数|リビジョン",
    "conversions": "conversions|unit conversions|other units|单位换算|换算关系|umrechnung|"
    "umrechnungen|mengenumrechnung|単位換算",
    "weight_kg": "weight kg|weight|unit weight|net weight|mass|重量|单重|净重|gewicht|"
    "stückgewicht|nettogewicht|masse|質量|単重|重さ",
    "firm_id": "firm|firm id|company id|company code|企业编码|企业编号|公司编码|供应商编码|"
    "firmennummer|企業コード|会社コード",
    "kind": "kind|firm kind|type of firm|企业类型|firmenart|企業区分",
    "country": "country|国家|land|国",
    "region": "region|province|state|省份|省|地区|bundesland|地域|都道府県",
    "city": "city|town|城市|市|ort|stadt|都市|市町村",
    "latitude": "latitude|lat|纬度|breitengrad|breite|緯度",
    "longitude": "longitude|lon|lng|long|经度|längengrad|経度",
    "employees": "employees|headcount|员工人数|员工数|人数|mitarbeiter|mitarbeiterzahl|従業員数",
    "registration_id": "registration number|registration no|vat number|tax number|"
    "统一社会信用代码|信用代码|税号|handelsregisternummer|ust-idnr.|法人番号|登録番号",
    "parent_part_id": "parent|parent part|parent part number|parent item|assembly|assembly number|"
    "父件|父项|父项编码|父件编码|上级料号|母件|baugruppe|oberteil|übergeordnetes teil|親品番|"
    "親部品",
    "child_part_id": "child|child part|child part number|component|component number|子件|子项|"
    "子项编码|子件编码|下级料号|komponente|unterteil|einzelteil|子品番|子部品|構成品番",
    "quantity": "quantity|qty|qty.|amount|pieces|pcs|数量|用量|數量|menge|anzahl|stückzahl|"
    "個数|員数|所要量",
    "weekly_capacity": "weekly capacity|capacity|capacity per week|周产能|每周产能|产能|"
    "wochenkapazität|kapazität pro woche|kapazität|週間能力|週産能力",
    "certificates": "certificates|certifications|certificate|证书|资质|认证|zertifikate|"
    "zertifizierungen|認証|認証資格",
    "min_lot": "minimum lot|smallest lot|min lot size|最小批量|mindestlosgröße|最小ロット",
    "max_lot": "maximum lot|largest lot|max lot size|最大批量|maximale losgröße|最大ロット",
    "lead_days": "lead days|lead time|lead time days|delivery time|交期|交货期|交货周期|"
    "lieferzeit|lieferfrist|durchlaufzeit|wiederbeschaffungszeit|リードタイム|納期日数",
    "lot_size": "lot size|batch size|批量|losgröße|ロットサイズ",
    "processes": "processes|process|工艺|工序|verfahren|fertigungsverfahren|工程|加工方法",
    "materials": "materials|材质|材料|牌号|werkstoff|werkstoffe|材質",
    "length_mm": "length|长|长度|länge|長さ",
    "width_mm": "width|宽|宽度|幅",
    "height_mm": "height|高|高度|höhe|高さ",
    "certificate_ends": "certificate ends|valid until of certificates|证书有效期|"
    "zertifikat gültig bis|認証有効期限",
    "weekly_hours": "weekly hours|hours per week|周工时|wochenstunden|週間時間",
    "hours_per_piece": "hours per piece|hours a piece|单件工时|stunden pro stück|stückzeit",
    "setup_hours": "setup hours|setup time|准备工时|rüstzeit|段取時間",
    "min_quantity": "from quantity|quantity from|min quantity|minimum quantity|price break|"
    "起订数量|起始数量|数量起|ab menge|staffelmenge|menge ab|数量から",
    "unit_price": "unit price|price|price per piece|net price|单价|价格|不含税单价|未税单价|單價|"
    "einzelpreis|stückpreis|nettopreis|preis|単価|税抜単価",
    "currency": "currency|curr|币种|货币|币别|幣別|währung|whrg|通貨",
    "moq": "moq|minimum order quantity|minimum order|最小起订量|起订量|最小订购量|"
    "mindestbestellmenge|mindestmenge|最小発注数|最低発注数量",
    "price_per": "price per|price basis|prices are for|计价数量|单价数量|preiseinheit|preis je|"
    "価格単位|単価数量",
    "tier_rule": "tier rule|price rule|阶梯规则|staffelregel",
    "incoterm": "incoterm|incoterms|delivery terms|贸易条款|交货条件|lieferbedingung|"
    "lieferbedingungen|貿易条件|インコタームズ",
    "payment_days": "payment days|payment terms days|付款天数|账期|zahlungsziel|支払日数",
    "freight_per_piece": "freight per piece|freight a piece|单件运费|fracht pro stück",
    "tooling": "tooling|tooling cost|模具费|工装费|werkzeugkosten|型費|金型費",
    "supplier_id": "supplier|supplier id|supplier number|vendor|vendor number|供应商|供应商编号|"
    "lieferant|lieferantennummer|kreditor|仕入先|仕入先コード",
    "buyer_id": "buyer|buyer id|customer|customer number|客户|客户编码|采购方|kunde|"
    "kundennummer|得意先|顧客コード",
    "share": "share|share of supply|份额|供货比例|anteil|lieferanteil|シェア|供給比率",
    "annual_spend": "annual spend|spend|年采购额|采购额|jahresumsatz|einkaufsvolumen|年間購入額",
    "recover_days": "recovery days|days to recover|恢复天数|wiederanlaufzeit|復旧日数",
    "delivery_id": "delivery|delivery id|delivery note|delivery number|delivery note number|"
    "送货单号|交货单号|发货单号|lieferschein|lieferscheinnummer|納品書番号|納入番号",
    "promised_on": "promised on|promised date|due date|due on|agreed date|承诺交期|约定交期|"
    "应交日期|liefertermin|zugesagt am|bestätigter termin|納期|約束納期",
    "delivered_on": "delivered on|delivery date|received on|receipt date|goods receipt date|"
    "交货日期|到货日期|实际交期|lieferdatum|geliefert am|wareneingang am|納入日|入荷日",
    "delivered_quantity": "delivered quantity|quantity delivered|qty delivered|received quantity|"
    "qty received|到货数量|交货数量|实收数量|liefermenge|gelieferte menge|納入数|入荷数",
    "rejected_quantity": "rejected quantity|quantity rejected|qty rejected|rejects|不合格数|"
    "拒收数量|退货数量|ausschuss|reklamierte menge|不良数|不合格数量",
    "freight_cost": "freight cost|freight|运费|frachtkosten|fracht|運賃|輸送費",
    "daily_use": "daily use|per day|usage per day|daily usage|日用量|每日用量|日均用量|"
    "tagesverbrauch|verbrauch pro tag|tagesbedarf|日使用量|一日使用量",
    "on": "on|date|day|日期|datum|日付",
    "from_currency": "from currency|from|原币|源币种|von währung|元通貨",
    "to_currency": "to currency|to|目标币种|nach währung|先通貨",
    "rate": "rate|exchange rate|汇率|kurs|wechselkurs|為替レート|レート",
}
"""What is written for a column, in any table."""
BY_TABLE: Final[dict[str, dict[str, str]]] = {
    "bom": {
        "child_part_id": WORDS["part_id"],
        "quantity": "quantity per|qty per|单机用量|je stück",
    },
    "stocks": {"quantity": "on hand|stock|in stock|stock on hand|库存|库存数量|现存量|库存量|"
               "bestand|lagerbestand|在庫|在庫数|在庫数量"},
    "firms": {"firm_id": "id|number|no|编号|nummer|番号", "name": "company|company name|firm name|"
              "企业名称|公司名称|firma|firmenname|会社名|企業名"},
    "deliveries": {"quantity": "ordered quantity|qty ordered|order quantity|订购数量|订单数量|"
                   "bestellmenge|注文数|発注数"},
    "exchange_rates": {"on": "valid on|生效日期|gültig am"},
}  # fmt: skip
"""What is written for a column in one table, beside the words of all."""
TABLE_WORDS: Final[dict[str, str]] = {
    "firms": "firms|firm|companies|suppliers|vendors|企业|公司|供应商|firmen|lieferanten|企業|会社",
    "parts": "parts|part|part list|parts list|items|materials|articles|零件|物料|零件清单|"
    "物料清单|产品|teile|artikel|teileliste|materialstamm|部品|品目|部品一覧",
    "bom": "bom|boms|bill of materials|bills of materials|明细表|产品结构|物料结构|"
    "stückliste|stücklisten|部品表|部品構成表",
    "capabilities": "capabilities|capability|能力|产能|fähigkeiten|fertigungsmöglichkeiten",
    "offers": "offers|offer|prices|price list|pricelist|报价|价格|价格表|价目表|preise|"
    "preisliste|angebote|価格|価格表|単価表",
    "supply_relations": "supply relations|supply|供应关系|供货关系|lieferbeziehungen|供給関係",
    "deliveries": "deliveries|delivery|goods receipts|交货|到货|交货记录|lieferungen|"
    "wareneingänge|納入|納入実績|入荷",
    "stocks": "stocks|stock|inventory|on hand|库存|库存表|现存量|bestand|bestände|lagerbestand|"
    "在庫|在庫一覧",
    "exchange_rates": "exchange rates|rates|fx|汇率|wechselkurse|kurse|為替|為替レート",
}
"""What is written on a sheet or in the name of a file."""
TOTALS: Final = frozenset(
    (
        "total", "totals", "sum", "grandtotal", "subtotal", "sub-total", "grand-total",
        "合计", "总计", "小计", "共计", "总数", "合計", "小計", "総計", "計",
        "summe", "gesamt", "gesamtsumme", "zwischensumme", "endsumme",
    )
)  # fmt: skip
"""A row that begins with one of these sums up the rows above."""
REMARKS: Final = (
    "remark", "remarks", "note", "notes", "comment", "备注", "说明", "注", "備考", "注記",
    "bemerkung", "bemerkungen", "hinweis", "anmerkung",
)  # fmt: skip
"""A row with one cell alone that begins with one of these is a remark."""
