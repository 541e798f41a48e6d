"""Whose request or user something is: what work needs before it can act in a firm's name."""

from __future__ import annotations

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import Tx, row, rows

OWN = """
MATCH (b:Firm {id: $viewer})-[:POSTED]->(r:PartsRequest)
WHERE r.id = $name OR r.number = $name
RETURN r.id AS id ORDER BY id LIMIT 2
"""


def own_request(tx: Tx, name: str, *, viewer: str) -> str:
    """The id of the viewer's own request with this id or number.

    Raises:
        NotFound: there is none.
    """
    found = rows(tx, OWN, name=name, viewer=viewer)
    if not found:
        raise NotFound
    return found[0]["id"]


FIRM_OF = """
MATCH (u:User {email: $email})-[:WORKS_FOR]->(f:Firm) WHERE u.disabled_at IS NULL
RETURN f.id AS id LIMIT 1
"""


def firm_of(tx: Tx, email: str) -> str:
    """The firm that the user with this address works for.

    Raises:
        NotFound: there is no such user, or it works for no firm.
    """
    found = row(tx, FIRM_OF, email=email)
    if found is None:
        raise NotFound
    return found["id"]


BUYER_OF = """
MATCH (b:Firm)-[:POSTED]->(:PartsRequest {id: $request_id}) RETURN b.id AS id LIMIT 1
"""


def buyer_of(tx: Tx, request_id: str) -> str:
    """The firm that posted a request, for work that is done in its name.

    Raises:
        NotFound: there is no such request.
    """
    found = row(tx, BUYER_OF, request_id=request_id)
    if found is None:
        raise NotFound
    return found["id"]
