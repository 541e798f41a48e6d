"""Days of instants are those of a firm: nothing takes the UTC day but what belongs to no firm."""

from __future__ import annotations

import ast
from typing import Final

from tests.structure.sources import modules

BY_UTC: Final = {
    "actions/audit.py": "anchors are a file a day",
    "graph/audiences.py": "one look a day is kept",
    "model/backups/thinning.py": "one backup a day is kept",
    "model/calendars/zones.py": "the one place that knows zones",
}
NO_INSTANTS: Final = {
    "actions/imports/workbooks.py": "cells of a workbook have no zone",
    "commands/audit.py": "days that were typed",
    "commands/match.py": "days that were typed",
    "web/pages/filters.py": "an instant that is in the reader's zone already",
}


def test_the_utc_day_of_an_instant_is_taken_where_no_firm_has_one() -> None:
    found = {
        str(path)
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and not str(path).startswith("demo/")
        and (
            (node.func.attr == "date" and not node.args)
            or (node.func.attr == "today" and ast.unparse(node.func.value) in ("date", "datetime"))
        )
    }
    assert found == {*BY_UTC, *NO_INSTANTS}
