"""What changed, told as sentences: one for each kind of event that people want to know of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from flask import url_for

from supplychain.model.events import Event
from supplychain.model.home import NewsItem
from supplychain.web.pages.i18n import translate

SENTENCES = {
    "firm.registered": "%(who)s registered.",
    "firm.changed": "%(who)s changed its profile.",
    "colleague.invited": "%(who)s invited %(email)s as a colleague.",
    "colleague.invitation_withdrawn": "%(who)s withdrew the invitation of %(email)s.",
    "colleague.joined": "%(name)s joined %(who)s.",
    "colleague.role_changed": "%(who)s gave %(name)s another role.",
    "colleague.reset_made": "%(who)s made a link by which %(name)s can set a new password.",
    "password.reset": "%(who)s: a password was set by a link.",
    "second_factor.started": "%(who)s: %(name)s signs in in two steps now.",
    "second_factor.codes_renewed": "%(who)s: %(name)s made new recovery codes.",
    "second_factor.recovery_used": "%(who)s: %(name)s signed in by a recovery code.",
    "second_factor.ended": "%(who)s: %(name)s signs in by password alone again.",
    "second_factor.ended_by_owner": "%(who)s ended the second step at signing in of %(name)s.",
    "second_factor.ended_by_operator": (
        "Whoever runs this portal ended the second step at signing in of %(name)s."
    ),
    "firm.second_factor_demanded": "%(who)s demands the second step at signing in of everybody.",
    "firm.second_factor_free": "%(who)s leaves the second step at signing in to each colleague.",
    "colleague.disabled": "%(who)s closed the account of %(name)s.",
    "colleague.enabled": "%(who)s opened the account of %(name)s again.",
    "audience.changed": "%(who)s changed who sees its prices and capacity.",
    "chain.founded": "%(who)s founded the chain %(name)s.",
    "chain.edited": "%(who)s changed the chain %(name)s.",
    "chain.invited": "%(who)s invited %(firm)s into the chain %(name)s.",
    "chain.accepted": "%(firm)s joined the chain %(name)s.",
    "chain.declined": "%(firm)s declined to join the chain %(name)s.",
    "chain.left": "%(firm)s left the chain %(name)s.",
    "chain.removed": "%(who)s took %(firm)s out of the chain %(name)s.",
    "chain.barred": "%(who)s barred %(firm)s from the chain %(name)s: %(reason)s",
    "chain.unbarred": "%(who)s lifted the bar of %(firm)s from the chain %(name)s.",
    "cluster.founded": "%(who)s founded the cluster %(name)s.",
    "cluster.renamed": "%(who)s renamed the cluster %(name)s.",
    "cluster.invited": "%(who)s invited %(firm)s into the cluster %(name)s.",
    "cluster.accepted": "%(firm)s joined the cluster %(name)s.",
    "cluster.declined": "%(firm)s declined to join the cluster %(name)s.",
    "cluster.left": "%(firm)s left the cluster %(name)s.",
    "cluster.removed": "%(who)s took %(firm)s out of the cluster %(name)s.",
    "calendar.changed": "%(who)s changed when it works.",
    "site.added": "%(who)s added the site %(site)s.",
    "site.changed": "%(who)s changed the site %(site)s.",
    "site.removed": "%(who)s removed the site %(site)s.",
    "capability.added": "%(who)s added %(category)s to what it makes.",
    "capability.changed": "%(who)s changed what it makes of %(category)s.",
    "capability.removed": "%(who)s removed %(category)s from what it makes.",
    "category.proposed": "%(who)s proposed the category %(category)s.",
    "category.accepted": "The operator keeps the category %(category)s.",
    "category.joined": "The operator says that %(category)s is the category %(name)s.",
    "offer.added": "%(who)s added a price for %(part)s.",
    "cost_settings.changed": "%(who)s changed what you reckon with when suppliers are ranked.",
    "offer.changed": "%(who)s changed the price for %(part)s.",
    "offer.renewed": "%(who)s renewed the price for %(part)s.",
    "offer.removed": "%(who)s removed the price for %(part)s.",
    "part.changed": "%(who)s changed the part %(part)s.",
    "parts_request.drafted": "%(who)s drafted %(number)s %(title)s.",
    "parts_request.published": "%(who)s published %(number)s %(title)s.",
    "parts_request.matched": "Suppliers are ranked for %(number)s %(title)s.",
    "parts_request.invited": "%(who)s invites firms to bid on %(number)s %(title)s.",
    "parts_request.deadline_moved": "%(who)s moved the deadline of %(number)s %(title)s.",
    "parts_request.deadline_moved_earlier": (
        "%(who)s moved the deadline of %(number)s %(title)s earlier: %(reason)s"
    ),
    "parts_request.cancelled": "%(who)s cancelled %(number)s %(title)s.",
    "parts_request.opened": "The bids for %(number)s %(title)s are open.",
    "parts_request.opening_agreed": "%(who)s agreed to open the bids for %(number)s %(title)s.",
    "parts_request.opening_taken_back": (
        "%(who)s took back the agreement to open the bids for %(number)s %(title)s."
    ),
    "parts_request.rate_said": (
        "%(who)s gave a rate for %(number)s %(title)s: 1 %(currency)s is %(rate)s %(to_currency)s."
    ),
    "parts_request.failed": "Nobody bid on %(number)s %(title)s.",
    "parts_request.awarded": "%(who)s awarded %(number)s %(title)s.",
    "invitation.made": "%(who)s invites you to bid on %(number)s %(title)s.",
    "invitation.declined": "%(who)s will not bid on %(number)s %(title)s.",
    "bid.submitted": "%(who)s placed a bid on %(number)s %(title)s.",
    "bid.revised": "%(who)s changed its bid on %(number)s %(title)s.",
    "bid.withdrawn": "%(who)s withdrew its bid on %(number)s %(title)s.",
    "bid.won": "The bid on %(number)s %(title)s won.",
    "bid.lost": "The bid on %(number)s %(title)s did not win: rank %(rank)s of %(bids)s.",
    "bid.not_compared": (
        "The bid on %(number)s %(title)s did not win. The buyer had no rate for its currency, so "
        "it has no rank."
    ),
    "award.decided": "%(who)s awarded %(number)s %(title)s.",
    "award.none": "%(who)s ended %(number)s %(title)s without an award.",
    "supply_relation.claimed": (
        "%(who)s says that your firms supply each other. Confirm or refuse it."
    ),
    "supply_relation.confirmed": "%(who)s confirmed that your firms supply each other.",
    "supply_relation.refused": "%(who)s does not confirm that your firms supply each other.",
    "supply_relation.withdrawn": "%(who)s took back that your firms supply each other.",
    "import.finished": "%(who)s imported tables.",
    "deliveries.claimed": "%(who)s says how you delivered: confirm it or dispute it.",
    "deliveries.confirmed": "%(who)s confirmed deliveries: %(n)s.",
    "deliveries.disputed": "%(who)s disputes deliveries: %(n)s. %(statement)s",
    "deliveries.reopened": "%(who)s took back its answer about deliveries: %(n)s.",
    "deliveries.trusted": "%(who)s confirms what the buyer says of its deliveries, once for all.",
    "deliveries.distrusted": "%(who)s answers each import of deliveries by itself again.",
    "deliveries.undone": "%(who)s took back an import of deliveries.",
    "order.offered": "%(who)s offers order %(number)s.",
    "order.accepted": "%(who)s accepted order %(number)s.",
    "order.declined": "%(who)s declined order %(number)s.",
    "order.expired": "Order %(number)s was not answered in time.",
    "order.progressed": "%(who)s reported progress on order %(number)s.",
    "order.cancelled": "%(who)s cancelled order %(number)s.",
    "order.closed": "%(who)s closed order %(number)s.",
    "share.proposed": "%(who)s asks to share part of an order: %(number)s.",
    "share.offered": "%(who)s offers a share: %(number)s.",
    "share.consented": "%(who)s agreed to the share %(number)s.",
    "share.refused": "%(who)s refused the share %(number)s.",
    "share.accepted": "%(who)s accepted the share %(number)s.",
    "share.declined": "%(who)s declined the share %(number)s.",
    "share.recalled": "%(who)s took back the share %(number)s.",
    "share.expired": "The share %(number)s was not answered in time.",
    "shipment.sent": "%(who)s shipped goods of order %(number)s.",
    "shipment.recorded": "%(who)s shipped goods of order %(number)s.",
    "firm.verified": "The operator verified %(firm)s.",
    "firm.unverified": "The verification of %(firm)s has ended.",
    "firm.vouched": "%(who)s vouches for %(firm)s.",
    "firm.vouch_withdrawn": "%(who)s vouches for %(firm)s no more.",
    "firm.vouch_ended": "The word of %(firm)s, which vouched for your firm, counts no more.",
    "firm.suspended": "The operator suspended %(firm)s: %(reason)s",
    "firm.suspension_ended": "The suspension of %(firm)s has ended.",
    "firm.merged": "%(twin)s is one with %(firm)s now.",
    "firm.claim_invited": "%(who)s invited the first user of %(firm)s.",
    "firm.claimed": "The first user of %(firm)s has joined.",
    "firm.claim_withdrawn": "The link to %(firm)s was withdrawn.",
    "receipt.recorded": "%(who)s received goods of order %(number)s.",
}
OUTCOMES = ("bid.won", "bid.lost", "bid.not_compared")
"""Not shown to the firm that caused them: the buyer who decided."""

PAGES = {
    "firm": "firms.show",
    "chain": "chains.show",
    "cluster": "clusters.show",
    "delivery_batch": "delivery_claims.show",
    "order": "orders.show",
    "share": "shares.show",
    "parts_request": "parts_requests.show",
    "supply_relations": "supply_relations.show",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenNews:
    """An event as a sentence, its instant, and the address of what it is about (may be empty)."""

    text: str
    at: str
    url: str


def write_news(news: list[NewsItem], *, viewer: str) -> list[WrittenNews]:
    """Each event in the reader's language; kinds without a sentence are left out."""
    return [
        WrittenNews(
            text=_write_sentence(item, viewer),
            at=item.event.at,
            url=_find_address(item.event, own=item.event.firm_id == viewer),
        )
        for item in news
        if item.event.kind in SENTENCES
        and not (item.event.kind in OUTCOMES and item.event.firm_id == viewer)
    ]


def _write_sentence(item: NewsItem, viewer: str) -> str:
    who = translate("Your firm") if item.event.firm_id == viewer else item.firm
    values = defaultdict(str, {key: value for key, value in item.event.facts.items() if value})
    values["who"] = who or translate("Somebody")
    text = translate(SENTENCES[item.event.kind]) % values
    return " ".join(text.split()).replace(" .", ".")


def _find_address(event: Event, *, own: bool) -> str:
    if event.about_kind == "supply_relations" and own:
        return url_for("supply_relations.index")
    endpoint = PAGES.get(event.about_kind, "")
    if event.about_kind == "parts_request" and not own:
        endpoint = "invitations.show"
    return build_address(endpoint, event.about_id) if endpoint else ""


def build_address(endpoint: str, id: str) -> str:
    """The address of a thing's page."""
    return url_for(endpoint, id=id)
