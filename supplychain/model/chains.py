"""Chains (led by a core firm) and clusters (peers that pool capacity), and who belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from supplychain.errors import Conflict, Invalid, NotFound
from supplychain.model.identities import check_identity

TERMS: Final = (
    "The chain leader sees, for each member: its name, its place, its on-time rate, how many "
    "orders it has open and, unless the member chooses otherwise, its standing prices and how "
    "much of its weekly capacity is taken. The leader never sees prices between other firms. "
    "Members see each other's names."
)
"""What a chain's terms say unless the leader writes others; a key of the translations too."""

CLUSTER_TERMS: Final = (
    "Members of a cluster see each other's names and may offer each other parts of their orders. "
    "A buyer whose parts several members could make together sees that they work as a cluster. "
    "Nothing else is shared."
)
"""What every cluster's members agree to."""

MOVES: Final[dict[str, tuple[tuple[str | None, ...], str]]] = {
    "invite": ((None, "declined", "left"), "invited"),
    "accept": (("invited",), "member"),
    "decline": (("invited",), "declined"),
    "leave": (("member",), "left"),
    "remove": (("invited", "member"), "left"),
    "bar": ((None, "invited", "member", "declined", "left"), "barred"),
    "unbar": (("barred",), "left"),
}
"""Verb: the membership states it starts from (None: never invited), and the state it leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A chain as one of its firms sees it; ``state`` is the viewer's: leader, invited, member."""

    id: str
    name: str
    terms: str
    leader_id: str
    leader_name: str = ""
    state: str = ""
    members: int = 0
    created_at: str = ""
    version: int = 1

    def check_leader(self, firm_id: str) -> None:
        """Refuse whoever does not lead it.

        Raises:
            NotFound: the firm does not lead this chain.
        """
        if self.leader_id != firm_id:
            raise NotFound

    def edited(self, *, name: str, terms: str) -> Chain:
        """The chain with another name or other terms.

        Raises:
            Conflict: the terms change although firms have accepted them.
        """
        if terms != self.terms and self.members:
            raise Conflict(
                "Members have accepted these terms. Found another chain for other terms."
            )
        return Chain(
            id=self.id,
            name=name,
            terms=terms,
            leader_id=self.leader_id,
            members=self.members,
            version=self.version + 1,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster as one of its firms sees it; ``state`` is the viewer's: invited or member."""

    id: str
    name: str
    founder_id: str
    founder_name: str = ""
    state: str = ""
    members: int = 0
    created_at: str = ""
    version: int = 1

    def check_founder(self, firm_id: str) -> None:
        """Refuse whoever did not found it.

        Raises:
            NotFound: the firm did not found this cluster.
        """
        if self.founder_id != firm_id:
            raise NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A firm of a chain or cluster; ``state`` is invited, member, declined, left or barred.

    ``reason`` is why a chain's leader barred it; the leader and the firm itself read it.
    """

    firm_id: str
    name: str
    region: str
    city: str
    state: str
    since: str
    reason: str = ""


def next_state(state: str | None, verb: str) -> str:
    """The membership state after a verb.

    Raises:
        Conflict: the verb does not start from this state.
    """
    starts, end = MOVES[verb]
    if state in starts:
        return end
    if verb == "bar" or (verb == "invite" and state == "barred"):
        raise Conflict("This firm is barred from the chain. Lift the bar first.")
    if verb == "unbar":
        raise Conflict("This firm is not barred. Reload the page.")
    if verb == "invite":
        raise Conflict("This firm is a member or invited already.")
    if state is None:
        raise NotFound
    raise Conflict("This invitation or membership is over. Reload the page.")


def check_reason(reason: str) -> str:
    """Why a firm is barred, trimmed.

    Raises:
        Invalid: it is empty or longer than 500 characters.
    """
    kept = reason.strip()
    if not 1 <= len(kept) <= 500:
        raise Invalid("Say why, in 1 to 500 characters. The firm reads it.", pointer="/reason")
    return kept


def check_name(name: str) -> str:
    """The name, trimmed.

    Raises:
        Invalid: it is empty or longer than 120 characters.
    """
    kept = check_identity(name, pointer="/name")
    if not 1 <= len(kept) <= 120:
        raise Invalid("Give it a name of 1 to 120 characters.", pointer="/name")
    return kept
