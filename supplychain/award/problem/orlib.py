"""Capacitated facility location files of the OR-Library as award problems.

A facility is a supplier with a capacity and a one-off cost. A customer is a divisible line of
quantity 1, the whole of its demand: the file's cost is for the whole demand and is the unit price
as it stands, which cost ÷ demand would not be in finite decimals. One unit loads a supplier with
the demand. A customer without demand loads nobody and still costs.

Source: Beasley 1990, OR-Library: distributing test problems by electronic mail, J. Opl. Res. Soc.
41(11); format: ``m n``, m × (capacity, fixed cost), n × (demand, m costs of the whole demand).
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from supplychain.errors import Invalid


def convert(text: str, *, capacity: str | None = None, seconds: int = 30) -> dict[str, object]:
    """The JSON of an award problem.

    Args:
        text: the file's.
        capacity: of every facility, for the files that leave it open.

    Raises:
        Invalid: numbers are missing or left over.
    """
    try:
        words = [f"{Decimal(word):f}" for word in text.split()]
        facilities, customers = int(words[0]), int(words[1])
    except (IndexError, ValueError, InvalidOperation):
        raise Invalid("The file must start with the numbers of facilities and customers.") from None
    rows = words[2 + 2 * facilities :]
    if len(rows) != customers * (facilities + 1):
        raise Invalid("The file has too few or too many numbers.")
    suppliers = [
        {
            "id": f"F{i + 1:03}",
            "capacity": words[2 + 2 * i] if capacity is None else capacity,
            "one_off_cost": words[3 + 2 * i],
        }
        for i in range(facilities)
    ]
    bids = [
        {
            "supplier": f"F{i + 1:03}",
            "line": f"C{j + 1:04}",
            "tiers": [{"from": "0", "unit_price": rows[j * (facilities + 1) + 1 + i]}],
            "load_per_unit": rows[j * (facilities + 1)],
        }
        for j in range(customers)
        for i in range(facilities)
    ]
    return {
        "currency": "XXX",
        "lines": [{"id": f"C{j + 1:04}", "quantity": "1"} for j in range(customers)],
        "suppliers": suppliers,
        "bids": bids,
        "limits": {"seconds": seconds, "gap": "0"},
    }
