"""The parts requests of a firm, and each of them."""

from __future__ import annotations

from flask import Response, render_template, request

from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import parts_requests
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.tables import as_workbook
from supplychain.web.pages.lines_csv import write_lines_book, write_lines_csv
from supplychain.web.portal.parts_requests import bp
from supplychain.web.portal.parts_requests.pages import may_write, request_page

PAGE_ROWS = 50


@bp.get("/parts-requests")
@policy("member")
def index() -> str:
    """The reader's firm's requests, newest first."""
    before, after_id = request.args.get("before"), request.args.get("after", "")
    listed = read(
        graph(),
        parts_requests.list_posted,
        viewer=actor().firm_id,
        limit=PAGE_ROWS + 1,
        before=before,
        after_id=after_id,
    )
    return render_template(
        "parts_requests/index.html",
        requests=listed[:PAGE_ROWS],
        more=listed[PAGE_ROWS - 1] if len(listed) > PAGE_ROWS else None,
        may_write=may_write(),
    )


@bp.get("/parts-requests/<id>")
@policy("member", thing="parts_request", seen_by=("buyer",))
def show(id: str) -> str:
    """One request of the reader's firm."""
    return request_page(id)


@bp.get("/parts-requests/<id>/lines.csv")
@policy("member", thing="parts_request", seen_by=("buyer",))
def download_lines(id: str) -> Response:
    """The lines as a table."""
    stored = read(graph(), parts_requests.get, id, viewer=actor().firm_id)
    headers = {"Content-Disposition": f'attachment; filename="{stored.number}.csv"'}
    csv = write_lines_csv(stored)
    return Response(csv, content_type="text/csv; charset=utf-8", headers=headers)


@bp.get("/parts-requests/<id>/lines.xlsx")
@policy("member", thing="parts_request", seen_by=("buyer",))
def download_book(id: str) -> Response:
    """The lines as a workbook."""
    stored = read(graph(), parts_requests.get, id, viewer=actor().firm_id)
    return as_workbook(lambda path: write_lines_book(path, stored), f"{stored.number}.xlsx")
