"""Users and the firm each works for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from supplychain.graph.transactions import Tx, row, run
from supplychain.model.ids import to_text

CREATE = """
CREATE (u:User {
    id: $id, email: $email, name: $name, password_hash: $password_hash, language: $language,
    operator: $operator, created_at: $at, version: 1})
"""


def create(
    tx: Tx,
    *,
    user_id: str,
    email: str,
    name: str,
    password_hash: str,
    language: str,
    operator: bool,
    at: datetime,
) -> None:
    """Add a user without a firm. AlreadyExists (at commit): the address is taken."""
    run(
        tx,
        CREATE,
        id=user_id,
        email=email,
        name=name,
        password_hash=password_hash,
        language=language,
        operator=operator,
        at=to_text(at),
    )


EMPLOY = """
MATCH (u:User {id: $user_id}), (f:Firm {id: $firm_id})
CREATE (u)-[:WORKS_FOR {role: $role}]->(f)
"""


def employ(tx: Tx, *, user_id: str, firm_id: str, role: str) -> None:
    """Let a user work for a firm in a role; a user has one firm."""
    run(tx, EMPLOY, user_id=user_id, firm_id=firm_id, role=role)


FIND_BY_EMAIL = """
MATCH (u:User {email: $email})
RETURN u.id AS id, u.password_hash AS password_hash, u.disabled_at AS disabled_at
"""


def find_by_email(tx: Tx, email: str) -> dict[str, Any] | None:
    """Id, password hash and disabled_at of the user with this address."""
    return row(tx, FIND_BY_EMAIL, email=email)
