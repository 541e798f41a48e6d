"""What suppliers owe and what the network is like: beside what is read of a category's firms."""

from __future__ import annotations

from datetime import date

from supplychain.graph import open_deliveries
from supplychain.graph.engine.transactions import Tx, row
from supplychain.matching.candidates.sources import BuyerRecordColumns, OverdueColumns
from supplychain.model.delivery_claims import OverdueRecords, share_overdue


def read_overdue(tx: Tx, *, category_id: str, viewer: str, today: date) -> OverdueColumns:
    """What the suppliers of a category owe on a day, as the viewer counts it."""
    lines = open_deliveries.list_overdue_in(tx, category_id, today=today)
    return make_overdue_columns(share_overdue(lines, today), viewer=viewer)


def make_overdue_columns(records: OverdueRecords, *, viewer: str) -> OverdueColumns:
    """The records as columns, as the viewer counts them; one category's."""
    owed = {
        supplier_id: records.sum_for(viewer, supplier_id=supplier_id)
        for supplier_id in sorted({supplier_id for supplier_id, _ in records.by_pair})
    }
    return OverdueColumns(
        firm_ids=list(owed),
        lines=[record.delivered_lines for record in owed.values()],
        late_days=[record.late_days_sum for record in owed.values()],
        failed=[record.long_late_lines for record in owed.values()],
    )


NETWORK = """
MATCH (k:Capability) WHERE k.delivered_lines > 0
WITH k LIMIT 20000
RETURN collect(k.id) AS firm_ids,
       collect(k.delivered_lines) AS delivered_lines,
       collect(coalesce(k.on_time_lines, 0)) AS on_time_lines,
       collect(coalesce(k.received_quantity, 0)) AS received_quantity,
       collect(coalesce(k.rejected_quantity, 0)) AS rejected_quantity,
       collect(coalesce(k.late_days_sum, -1)) AS late_days_sum,
       collect(coalesce(k.long_late_lines, -1)) AS long_late_lines,
       collect(coalesce(k.aged, [])) AS aged
"""


def read_network_records(tx: Tx) -> BuyerRecordColumns:
    """The records of firms in any categories, up to 20,000: counts of no firm that is named."""
    return BuyerRecordColumns(**(row(tx, NETWORK) or {}))
