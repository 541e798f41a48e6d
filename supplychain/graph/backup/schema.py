"""All kinds of nodes and of relations, in the order in which they are written and put back."""

from __future__ import annotations

from typing import Final

from supplychain.graph.backup.firm_kinds import FIRM_NODES
from supplychain.graph.backup.firm_relation_kinds import FIRM_RELATIONS
from supplychain.graph.backup.kinds import NodeKind, RelationKind
from supplychain.graph.backup.trade_kinds import TRADE_NODES
from supplychain.graph.backup.trade_relation_kinds import TRADE_RELATIONS

NODES: Final[tuple[NodeKind, ...]] = (*FIRM_NODES, *TRADE_NODES)
RELATIONS: Final[tuple[RelationKind, ...]] = (*FIRM_RELATIONS, *TRADE_RELATIONS)
LEFT_OUT: Final = ("Clock", "Migration", "RecordRule")
"""Labels of the graph itself: who keeps time in it now; the migrations, which a manifest names; by
which half-life its records are counted, which the next sweep finds out."""
