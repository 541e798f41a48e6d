"""What the columns of a parts list may be, and what people write above them.

A list is no table of the import: nothing of it is written as it stands. It is read with the same
means, so it is described in the same way. The words are English, Chinese, German and Japanese
trade use; they come before those of the import's tables.
"""

from __future__ import annotations

from typing import Final

from supplychain.model.imports.header_words import WORDS
from supplychain.model.imports.tables import CellType, Column, ImportTable
from supplychain.model.parts_requests.requirements import SIDES

LIST_NAME: Final = "parts_list"


def _make_column(name: str, kind: CellType) -> Column:
    return Column(name=name, type=kind, field=name)


PARTS_LIST: Final = ImportTable(
    name=LIST_NAME,
    title="Parts lists",
    key=("part_number",),
    columns=(
        _make_column("part_number", "id"),
        *(_make_column(name, "text") for name in ("position", "level", "name", "specification")),
        _make_column("drawing", "id"),
        _make_column("parent_number", "id"),
        *(_make_column(name, "text") for name in ("revision", "category", "uom", "place")),
        *(
            _make_column(name, "quantity")
            for name in ("quantity", "quantity_each", "quantity_total")
        ),
        _make_column("need_by", "day"),
        _make_column("certificates", "text"),
        *(_make_column(name, "money") for name in ("target_price", "price_net", "price_gross")),
        _make_column("currency", "text"),
        _make_column("tax_percent", "text"),
        *(_make_column(name, "text") for name in ("process", "material", "remark")),
        *(_make_column(name, "amount") for name in ("weight_kg", *SIDES, "over_percent")),
        *(
            _make_column(name, "text")
            for name in (
                "tolerance_linear", "tolerance_geometrical", "regions", "routing", "conversions",
            )
        ),
    ),
)  # fmt: skip
"""A parts list as a table; each of its columns may be missing."""

EXPORTED_NAMES: Final = (
    "line", "part_id", "description", "category", "quantity", "uom", "need_by", "place",
    "certificates", "target_price", "currency", "process", "material", *SIDES, "weight_kg",
    "tolerance_linear", "tolerance_geometrical", "regions", "routing", "conversions",
    "over_percent",
)  # fmt: skip
"""Headers of the lines of a request as they are taken home."""
SHOWN_NAMES: Final = {
    "part_number": "Part number",
    "position": "Position",
    "level": "Structure level",
    "name": "Description",
    "specification": "Specification",
    "drawing": "Drawing",
    "parent_number": "Parent",
    "revision": "Revision",
    "category": "Category",
    "uom": "Unit",
    "place": "Delivery place",
    "quantity": "Quantity",
    "quantity_each": "Quantity per parent",
    "quantity_total": "Quantity in total",
    "need_by": "Needed by",
    "certificates": "Required certificates",
    "target_price": "Target price",
    "price_net": "Price without VAT",
    "price_gross": "Price with VAT",
    "currency": "Currency",
    "tax_percent": "VAT rate",
    "process": "Process",
    "material": "Material",
    "remark": "Remark",
    "weight_kg": "Weight (kg)",
    "length_mm": "Length (mm)",
    "width_mm": "Width (mm)",
    "height_mm": "Height (mm)",
    "tolerance_linear": "Linear tolerances",
    "tolerance_geometrical": "Geometrical tolerances",
    "regions": "Allowed regions",
    "routing": "Steps, all by one firm",
    "conversions": "Other units that bids may be in",
    "over_percent": "Takes up to so much more",
}
"""What a reader calls a column, translated on pages."""

_PART_WORDS: Final = "|".join(
    word
    for word in WORDS["part_id"].split("|")
    if word not in ("item number", "drawing number", "图号", "図番")
)
LIST_WORDS: Final[dict[str, str]] = {
    "position": "position|pos|item|item no|item number|no|number|line|line no|line number|seq|"
    "find number|序号|序|行号|项次|项目号|编号|lfd nr|laufende nummer|positionsnummer|pos nr|"
    "番号|項番|行番号",
    "level": "level|lvl|lev|bom level|structure level|indent|indenture|indent level|层级|层次|级别|"
    "阶层|阶次|bom层级|bom阶次|stufe|ebene|strukturstufe|baustufe|階層|レベル",
    "part_number": f"{_PART_WORDS}|part|parts|part_id|mpn|manufacturer part number|零件|teil",
    "name": "name|part name|designation|title|item name|名称|品名|零件名称|物料名称|产品名称|名稱|"
    "bezeichnung|benennung|部品名|品目名|名前|description|item description|物料描述|kurztext|描述",
    "specification": "specification|spec|specs|size|dimension|dimensions|model|type|"
    "long description|details|规格|规格型号|型号|规格尺寸|尺寸|型号规格|規格|spezifikation|"
    "abmessung|abmessungen|maße|typ|langtext|仕様|型式|寸法",
    "drawing": "drawing|drawing number|drawing no|drawing no.|dwg|dwg no|图号|图纸号|图样代号|圖號|"
    "zeichnung|zeichnungsnummer|zeichnungs-nr.|zeichnungsnr|図番|図面番号",
    "parent_number": f"{WORDS['parent_part_id']}|parent number|parent no|used in|next assembly|"
    "所属部件|上级编码|übergeordnet",
    "revision": WORDS["revision"],
    "category": WORDS["category"],
    "uom": WORDS["uom"],
    "quantity": "quantity|qty|qty.|pieces|pcs|required quantity|quantity required|qty required|"
    "order quantity|demand|数量|需求数量|采购数量|询价数量|需求量|采购量|數量|menge|anzahl|"
    "stückzahl|bedarfsmenge|bedarf|個数|必要数|所要量|注文数",
    "quantity_each": "quantity per|qty per|quantity per assembly|qty per assembly|per assembly|"
    "quantity per parent|qty per parent|quantity per unit|usage|单机用量|单台数量|每台数量|"
    "单套数量|单台用量|用量|menge je baugruppe|menge pro baugruppe|einsatzmenge|je baugruppe|"
    "員数|構成数",
    "quantity_total": "total quantity|quantity total|total qty|qty total|总数量|总数|合计数量|"
    "总用量|總數量|gesamtmenge|menge gesamt|gesamtanzahl|総数|合計数|総数量",
    "need_by": "needed by|need by|need_by|need date|required by|required date|required on|"
    "date required|delivery date|requested delivery date|due date|交货日期|交期|需求日期|要求交期|"
    "到货日期|需用日期|要货日期|交付日期|要求到货日期|交貨日期|liefertermin|wunschtermin|"
    "bedarfstermin|termin|lieferdatum|bedarf bis|希望納期|納期|納入日|必要日",
    "place": "place|delivery place|place of delivery|delivery location|ship to|destination|"
    "delivery address|交货地点|收货地点|交货地址|收货地址|到货地点|交貨地點|lieferort|"
    "lieferadresse|bestimmungsort|納入場所|納品先|届け先",
    "certificates": f"{WORDS['certificates']}|required certificates|证书要求|资质要求",
    "target_price": "target price|target|target unit price|target price a piece|budget price|"
    "目标价|目标单价|目标价格|预算单价|限价|最高限价|zielpreis|richtpreis|目標単価|目標価格|予算単価",
    "price_gross": "price with vat|price incl vat|unit price incl vat|unit price with vat|"
    "gross price|含税单价|含税价格|含税价|含稅單價|bruttopreis|preis brutto|税込単価|税込価格",
    "price_net": f"{WORDS['unit_price']}|price without vat|price excl vat|不含税价|不含税价格",
    "currency": WORDS["currency"],
    "tax_percent": "vat|vat rate|tax rate|tax|vat percent|税率|增值税率|稅率|mwst|mwst satz|ust|"
    "steuersatz|消費税率",
    "process": WORDS["processes"],
    "material": f"material|materials|material grade|{WORDS['materials']}|材料牌号|材料名称",
    "remark": "remark|remarks|note|notes|comment|comments|备注|说明|要求|技术要求|備註|bemerkung|"
    "bemerkungen|hinweis|anmerkung|備考|注記",
    "weight_kg": f"{WORDS['weight_kg']}|weight (kg)",
    "length_mm": WORDS["length_mm"],
    "width_mm": WORDS["width_mm"],
    "height_mm": WORDS["height_mm"],
    "tolerance_linear": "tolerance linear|linear tolerances|线性公差",
    "tolerance_geometrical": "tolerance geometrical|geometrical tolerances|几何公差",
    "regions": "regions|allowed regions|地区要求",
    "routing": "routing|steps|工艺路线|arbeitsplan",
    "conversions": WORDS["conversions"],
    "over_percent": "over_percent|over percent|over-delivery percent|overdelivery tolerance|"
    "允许超交|超交比例",
}
"""What is written above a column of a parts list."""
TITLE_WORDS: Final = (
    "询价单", "询价函", "询价表", "采购清单", "需求清单", "request for quotation", "rfq",
    "request for quote", "inquiry", "enquiry", "anfrage", "angebotsanfrage", "preisanfrage",
    "見積依頼", "見積依頼書", "引合書",
)  # fmt: skip
"""A title that says what the sheet is."""
HEAD_WORDS: Final[dict[str, str]] = {
    "number": "询价单号|询价编号|询价单编号|单号|编号|rfq no|rfq number|rfq|inquiry no|"
    "inquiry number|enquiry no|request no|request number|reference|ref|anfrage nr|anfragenummer|"
    "anfrage|見積依頼番号|依頼番号|管理番号",
    "deadline": "报价截止|报价截止日期|报价截止时间|截止日期|截止时间|报价期限|投标截止|"
    "deadline|quote by|bids due|quotation due|reply by|closing date|due date|offer until|"
    "angebotsfrist|abgabefrist|angebot bis|abgabe bis|回答期限|見積期限|提出期限",
    "title": "项目|项目名称|标题|询价项目|project|subject|title|betreff|projekt|件名",
    "need_by": "交货日期|交货期|要求交期|交期|delivery date|needed by|need by|required by|"
    "liefertermin|希望納期|納期",
    "place": "交货地点|收货地点|交货地址|收货地址|delivery place|place of delivery|ship to|"
    "delivery address|lieferort|lieferadresse|納入場所|納品先",
    "currency": "币种|货币|currency|währung|通貨",
}
"""What is written before a value above the table."""
