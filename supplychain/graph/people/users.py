"""Users and the firm each works for."""

from __future__ import annotations

from datetime import datetime

from supplychain.graph.engine.transactions import Tx, nonce, row, run
from supplychain.model.ids import to_text
from supplychain.model.people.accounts import Credentials, Reader, User

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
SET u.firm_id = f.id
"""


def employ(tx: Tx, *, user_id: str, firm_id: str, role: str) -> None:
    """Let a user work for a firm in a role; a user has one firm."""
    run(tx, EMPLOY, user_id=user_id, firm_id=firm_id, role=role)


FIND_BY_EMAIL = """
MATCH (u:User {email: $email})
RETURN u.id AS id, u.password_hash AS password_hash, u.disabled_at AS disabled_at,
       u.second_factor_at AS second_factor_at
"""


def find_by_email(tx: Tx, email: str) -> Credentials | None:
    """Credentials of the user with this address."""
    record = row(tx, FIND_BY_EMAIL, email=email)
    return None if record is None else Credentials(**record)


LOCK = """
MATCH (u:User {id: $id}) SET u.lock = $nonce
RETURN u.id AS id, u.password_hash AS password_hash, u.disabled_at AS disabled_at,
       u.second_factor_at AS second_factor_at
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


FIND_NAME = "MATCH (u:User {id: $id}) RETURN u.name AS name"


def find_name(tx: Tx, user_id: str) -> str:
    """The name of a user; empty where there is none."""
    record = row(tx, FIND_NAME, id=user_id)
    return "" if record is None else record["name"]


FIND_WORK = """
MATCH (u:User {id: $id})-[w:WORKS_FOR]->(f:Firm) RETURN f.id AS firm_id, w.role AS role LIMIT 1
"""


def find_work(tx: Tx, user_id: str) -> tuple[str, str]:
    """The firm that a user works for and the role there; both empty for an operator."""
    record = row(tx, FIND_WORK, id=user_id)
    return ("", "") if record is None else (record["firm_id"], record["role"])


FIND_READER = """
MATCH (u:User {id: $id})
RETURN u.email AS email, u.name AS name, coalesce(u.language, 'en') AS language
"""


def find_reader(tx: Tx, user_id: str) -> Reader | None:
    """Whom a mail to a user goes to."""
    record = row(tx, FIND_READER, id=user_id)
    return None if record is None else Reader(**record)
