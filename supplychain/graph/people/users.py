"""Users and the firm each works for."""

from __future__ import annotations

from datetime import datetime

from supplychain.graph.engine.transactions import Tx, nonce, row, run
from supplychain.model.ids import to_text
from supplychain.model.people.accounts import Credentials, User

CREATE = """
CREATE (u:User {
    id: $id, email: $email, name: $name, password_hash: $password_hash, language: $language,
    operator: $operator, created_at: $at, version: 1})
"""


def create(tx: Tx, user: User, *, at: datetime) -> None:
    """Add a user without a firm. AlreadyExists (at commit): the address is taken."""
    run(
        tx,
        CREATE,
        id=user.id,
        email=user.email,
        name=user.name,
        password_hash=user.password_hash,
        language=user.language,
        operator=user.is_operator,
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


def find_by_email(tx: Tx, email: str) -> Credentials | None:
    """Credentials of the user with this address."""
    record = row(tx, FIND_BY_EMAIL, email=email)
    return None if record is None else Credentials(**record)


LOCK = """
MATCH (u:User {id: $id}) SET u.lock = $nonce
RETURN u.id AS id, u.password_hash AS password_hash, u.disabled_at AS disabled_at
"""


def lock(tx: Tx, user_id: str) -> Credentials | None:
    """Take a user's write lock; the credentials, None where there is no such user."""
    record = row(tx, LOCK, id=user_id, nonce=nonce())
    return None if record is None else Credentials(**record)


SET_PASSWORD = "MATCH (u:User {id: $id}) SET u.password_hash = $hash, u.version = u.version + 1"


def set_password(tx: Tx, user_id: str, password_hash: str) -> None:
    """Store another password's hash; the user must be locked."""
    run(tx, SET_PASSWORD, id=user_id, hash=password_hash)


SET_PROFILE = """
MATCH (u:User {id: $id}) SET u.lock = $nonce
WITH u SET u.name = $name, u.language = $language, u.version = u.version + 1
"""


def set_profile(tx: Tx, user_id: str, *, name: str, language: str) -> None:
    """Store a user's own name and language."""
    run(tx, SET_PROFILE, id=user_id, name=name, language=language, nonce=nonce())


SET_LANGUAGE = "MATCH (u:User {id: $id}) SET u.lock = $nonce WITH u SET u.language = $language"


def set_language(tx: Tx, user_id: str, language: str) -> None:
    """Store the language that a user reads."""
    run(tx, SET_LANGUAGE, id=user_id, language=language, nonce=nonce())


FIND_HASH = "MATCH (u:User {id: $id}) RETURN u.password_hash AS password_hash"


def find_hash(tx: Tx, user_id: str) -> str | None:
    """The hash of a user's password."""
    record = row(tx, FIND_HASH, id=user_id)
    return None if record is None else record["password_hash"]


FIND_FIRM = "MATCH (u:User {id: $id})-[:WORKS_FOR]->(f:Firm) RETURN f.id AS firm_id LIMIT 1"


def find_firm(tx: Tx, user_id: str) -> str:
    """The firm that a user works for; "" for an operator, and for nobody."""
    record = row(tx, FIND_FIRM, id=user_id)
    return "" if record is None else record["firm_id"]
