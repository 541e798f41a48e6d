"""What the firms of the whole network are like, for a category in which nobody has a record."""

from __future__ import annotations

from datetime import date

from supplychain.matching.candidates.assembly import assemble_category
from supplychain.matching.candidates.own_records import add_own_records
from supplychain.matching.candidates.sources import (
    BuyerRecordColumns,
    CapabilityColumns,
    CategorySources,
)
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.need import Site
from supplychain.matching.performance import Priors, priors


def priors_of_records(records: BuyerRecordColumns, today: date) -> Priors:
    """The priors over records of any categories, each a firm's in one of them. O(records)."""
    sources = CategorySources(
        category_id="", capabilities=add_own_records(CapabilityColumns(), records), today=today
    )
    category = assemble_category(sources, exchange=Exchange(to_currency=""), site=Site())
    return priors(category.firms)
