"""The mark beside a firm's name: verified, vouched for, unclaimed, looks like another, suspended.

A template writes ``{{ firm_mark(firm_id) }}`` after a name, wherever it stands. That leaves a
token; when the page is made, one query reads the marks of all firms on it, and tokens become words.
"""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g
from markupsafe import Markup

from supplychain.actions import verification
from supplychain.graph.engine.driver import graph
from supplychain.model.verification import Verification
from supplychain.web.pages.i18n import translate


def init_app(app: Flask) -> None:
    """Attach to an app: ``firm_mark`` of its templates, and what fills it in."""
    app.jinja_env.globals["firm_mark"] = leave_token
    app.after_request(fill_tokens)


def leave_token(firm_id: str | None) -> Markup:
    """The place of a firm's mark, until the page is made."""
    if not firm_id:
        return Markup("")
    if "mark_nonce" not in g:
        g.mark_nonce, g.marked_ids = secrets.token_hex(8), []
    g.marked_ids.append(firm_id)
    return Markup("<!--{}-{}-->").format(g.mark_nonce, len(g.marked_ids) - 1)


def fill_tokens(response: Response) -> Response:
    """The page with the marks of all firms on it: one query, whatever their number."""
    ids: list[str] = g.get("marked_ids", [])
    if not ids or response.mimetype != "text/html" or response.is_streamed:
        return response
    marks = verification.list_marks(graph(), ids)
    written = {firm_id: str(write_mark(one)) for firm_id, one in marks.items()}

    def fill(token: re.Match[str]) -> str:
        return written.get(ids[int(token[1])], "")

    page = response.get_data(as_text=True)
    response.set_data(re.sub(f"<!--{g.mark_nonce}-([0-9]+)-->", fill, page))
    return response


def write_mark(verification: Verification) -> Markup:
    """The marks of a firm as they stand beside its name; nothing where there is nothing to say."""
    return Markup("").join(
        Markup(
            '<span class="firm-mark firm-mark-{}" title="{}"><span aria-hidden="true">{}</span>'
            '<span class="{}">{}</span></span>'
        ).format(kind, text, sign, "visually-hidden" if kind == "verified" else "", text)
        for kind, sign, text in list_words(verification)
    )


def list_words(verification: Verification) -> list[tuple[str, str, str]]:
    """Kind, sign and sentence of each mark."""
    words: list[tuple[str, str, str]] = []
    if verification.suspended_at is not None:
        words.append(("suspended", "⛔", translate("suspended")))
    if verification.state == "operator":
        words.append(("verified", "✓", translate("verified by the operator")))
    if verification.state == "vouched":
        text = translate("vouched for by %(name)s", name=verification.verifier)
        words.append(("verified", "✓", text))
    if verification.alike:
        words.append(("alike", "⚠", translate("looks like %(name)s", name=verification.alike)))
    if verification.shares_number:
        words.append(("alike", "⚠", translate("registration number in doubt")))
    if verification.is_unclaimed:
        words.append(("unclaimed", "○", translate("unclaimed")))
    return words
