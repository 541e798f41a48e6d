"""Home: what waits for me, what my firm started, what changed."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from supplychain.actions import home
from supplychain.graph.engine.driver import graph
from supplychain.model.home import HomeTask
from supplychain.web.access.policy import actor, policy, principal
from supplychain.web.pages.i18n import translate
from supplychain.web.pages.news import build_address, write_news

bp = Blueprint("home", __name__)

TASKS = {
    "invitation": ("%(other)s asks for your bid: %(title)s", "Bid", "invitations.show"),
    "bid_draft": ("Your bid for %(title)s is not sent yet", "Finish the bid", "bids.edit"),
    "bids_to_open": ("Two of you open the bids: %(title)s", "Open", "parts_requests.show"),
    "bids_to_compare": ("Bids to compare: %(n)s for %(title)s", "Compare", "awards.show"),
    "request_draft": ("Your request is a draft: %(title)s", "Finish it", "parts_requests.show"),
    "order_to_accept": ("%(other)s orders from you: %(number)s", "Answer", "orders.show"),
    "share_to_accept": ("%(other)s offers you a share: %(number)s", "Answer", "orders.show"),
    "consent": ("%(other)s asks to share part of your order", "Decide", "shares.show"),
    "to_receive": ("Goods from %(other)s are on the way: %(number)s", "Receive", "orders.show"),
    "chain_invitation": ("%(other)s invites you into its chain: %(title)s", "Read", "chains.show"),
    "cluster_invitation": (
        "%(other)s invites you into a cluster: %(title)s",
        "Read",
        "clusters.show",
    ),
    "relations_to_answer": (
        "%(other)s says that your firms supply each other. Claims: %(n)s",
        "Confirm or refuse",
        "supply_relations.show",
    ),
    "claims_to_answer": (
        "%(other)s says how you delivered, lines to confirm or dispute: %(n)s",
        "Answer",
        "delivery_claims.show",
    ),
    "colleague_pending": ("%(title)s has not joined yet", "Look", "colleagues.index"),
}
"""Kind: sentence, action, and the page where it is done."""

STARTED = {"request": "parts_requests.show", "bid": "invitations.show", "share": "orders.show"}


@bp.get("/")
@policy("signed_in")
def index() -> str:
    """What waits for the reader."""
    who = principal()
    if not who.firm_id:
        return render_template("home/operator.html")
    page = home.read_home(graph(), by=actor())
    return render_template(
        "home/index.html",
        tasks=[_write_task(task) for task in page.tasks],
        more=page.total - len(page.tasks),
        started=[(entry, build_address(STARTED[entry.kind], entry.id)) for entry in page.started],
        news=write_news(page.news, viewer=who.firm_id)[:8],
        standing=page.standing,
        who=who,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenTask:
    """A thing that waits, as a sentence with a button."""

    text: str
    action: str
    url: str
    at: str | None
    ends: bool
    kind: str


def _write_task(task: HomeTask) -> WrittenTask:
    sentence, action, endpoint = TASKS[task.kind]
    values = {
        "other": task.other,
        "title": task.title or task.number or translate("without a title"),
        "number": task.number,
        "n": task.n,
    }
    return WrittenTask(
        text=translate(sentence, **values),
        action=translate(action),
        url=build_address(endpoint, task.id),
        at=task.at,
        ends=task.ends,
        kind=task.kind,
    )
