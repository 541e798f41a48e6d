"""The second step at signing in: set up, used, renewed, ended, and demanded by a firm.

The secret from which a phone makes codes is encrypted (XSalsa20-Poly1305 by PyNaCl) and recovery
codes are digested (HMAC-SHA-256) with a key outside the graph: a copy of the graph opens nothing.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import structlog
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from neo4j import Driver

from supplychain.actions.people.accounts import is_password_of, open_session
from supplychain.actions.people.colleagues import lock_colleague
from supplychain.actions.people.notices import tell_user
from supplychain.config import settings
from supplychain.errors import Conflict, Forbidden, Invalid, NotFound, NotOpen, Unavailable
from supplychain.graph import events
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.graph.people import second_factors, sessions, users
from supplychain.model.ids import digest, new_secret, to_instant, to_text, utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.people.second_factors import (
    MAX_CODE_TRIES,
    RECENT_MINUTES,
    WRONG_CODE,
    FactorSetup,
    FactorState,
    SecondFactor,
    build_address,
    find_step,
    is_phone_code,
    new_factor_secret,
    new_recovery_codes,
    read_code,
)

HALF_OVER: Final = "This took too long, or too many codes were wrong. Sign in again."
log = structlog.get_logger()


def get_state(driver: Driver, *, email: str, by: Actor) -> FactorState:
    """The acting user's second step as its page shows it; ``email`` names it on the phone."""
    factor = read(driver, second_factors.find, by.user_id)
    is_demanded = read(driver, second_factors.is_demanded, by.user_id)
    is_on = factor is not None and factor.is_on
    return FactorState(
        is_on=is_on,
        since=factor.created_at if factor and is_on else "",
        recovery_left=len(factor.recovery) if factor else 0,
        setup=_show_setup(factor, email) if factor and not is_on else None,
        is_demanded=is_demanded,
    )


def _show_setup(factor: SecondFactor, email: str) -> FactorSetup:
    secret = _open_secret(factor)
    issuer = urlsplit(settings().public_url).hostname or "Supply chain"
    return FactorSetup(secret=secret, address=build_address(secret, email=email, issuer=issuer))


def begin_setup(driver: Driver, *, by: Actor) -> None:
    """Make a secret for the acting user's phone; it demands nothing until a code confirms it.

    Raises:
        Conflict: the second step is on already.
    """
    sealed = _seal_secret(by.user_id, new_factor_secret())
    write(driver, _begin_setup, sealed, by, utc_now())


def _begin_setup(tx: Tx, sealed: str, by: Actor, now: datetime) -> None:
    users.lock(tx, by.user_id)
    factor = second_factors.find(tx, by.user_id)
    if factor is not None and factor.is_on:
        raise Conflict("The second step is on already. Turn it off first.")
    second_factors.begin(tx, by.user_id, sealed=sealed, at=now)


def confirm_setup(driver: Driver, code: str, *, session_id: str, by: Actor) -> tuple[str, ...]:
    """Turn the acting user's second step on; the recovery codes, shown this once.

    All other sessions end: they were begun without it.

    Raises:
        NotOpen: it was not begun, or is on already.
        Invalid: the code is not the phone's.
    """
    codes = new_recovery_codes()
    write(driver, _confirm_setup, read_code(code), codes, session_id, by, utc_now())
    return codes


def _confirm_setup(
    tx: Tx, code: str, codes: tuple[str, ...], session_id: str, by: Actor, now: datetime
) -> None:
    users.lock(tx, by.user_id)
    factor = second_factors.find(tx, by.user_id)
    if factor is None or factor.is_on:
        raise NotOpen("Begin anew: there is nothing to confirm.")
    step = find_step(_open_secret(factor), code, now=now, after=factor.step)
    if step is None:
        raise Invalid(WRONG_CODE, pointer="/code")
    digests = _digest_all(by.user_id, codes)
    second_factors.turn_on(tx, by.user_id, step=step, recovery=digests, at=now)
    second_factors.drop_halves(tx, by.user_id)
    sessions.close_all(tx, by.user_id, keep=session_id)
    sessions.note_proof(tx, session_id, at=now)
    _record_event(tx, "second_factor.started", by.user_id, by, now)


def renew_recovery(driver: Driver, *, by: Actor) -> tuple[str, ...]:
    """Make ten recovery codes anew, shown this once; the old ones end.

    Raises:
        NotOpen: the second step is not on.
    """
    codes = new_recovery_codes()
    write(driver, _renew_recovery, codes, by, utc_now())
    return codes


def _renew_recovery(tx: Tx, codes: tuple[str, ...], by: Actor, now: datetime) -> None:
    users.lock(tx, by.user_id)
    _find_active(tx, by.user_id)
    second_factors.set_recovery(tx, by.user_id, _digest_all(by.user_id, codes))
    _record_event(tx, "second_factor.codes_renewed", by.user_id, by, now)


def turn_off(driver: Driver, *, password: str, code: str, by: Actor) -> None:
    """Have the acting user sign in by password alone again.

    Raises:
        NotOpen: the second step is not on.
        Conflict: the firm demands it.
        Invalid: password or code is not right.
    """
    stored = read(driver, users.find_hash, by.user_id)
    if stored is None:
        raise NotFound
    if not is_password_of(stored, password):
        raise Invalid("This is not your present password.", pointer="/password")
    write(driver, _turn_off, stored, read_code(code), by, utc_now())


def _turn_off(tx: Tx, checked_hash: str, code: str, by: Actor, now: datetime) -> None:
    user = users.lock(tx, by.user_id)
    if user is None or user.password_hash != checked_hash:
        raise Invalid("This is not your present password.", pointer="/password")
    factor = _find_active(tx, by.user_id)
    if second_factors.is_demanded(tx, by.user_id):
        raise Conflict("Your firm demands the second step of everybody. Ask an owner.")
    if not _use_code(tx, factor, code, now):
        raise Invalid(WRONG_CODE, pointer="/code")
    second_factors.turn_off(tx, by.user_id)
    _record_event(tx, "second_factor.ended", by.user_id, by, now)


def check_half(driver: Driver, secret: str) -> None:
    """Refuse a half sign-in that is over.

    Raises:
        NotOpen: it is unknown, used, too old, or too many codes were wrong.
    """
    half = read(driver, second_factors.find_half, digest(secret))
    if half is None or half.ends_at <= to_text(utc_now()) or half.tries >= MAX_CODE_TRIES:
        raise NotOpen(HALF_OVER)


def finish_sign_in(driver: Driver, half_secret: str, code: str) -> str:
    """Check the code of somebody whose password was right; the secret of the session.

    A code of the phone works once, a recovery code too.

    Raises:
        NotOpen: the half sign-in is over.
        Invalid: the code is not right.
    """
    secret = new_secret()
    half, kept = digest(half_secret), read_code(code)
    if not write(driver, _finish_sign_in, half, kept, digest(secret), utc_now()):
        raise Invalid(WRONG_CODE, pointer="/code")
    return secret


def _finish_sign_in(tx: Tx, key: str, code: str, session_key: str, now: datetime) -> bool:
    begun = second_factors.find_half(tx, key)
    user = users.lock(tx, begun.user_id) if begun else None
    half = second_factors.lock_half(tx, key)
    if half is None or half.ends_at <= to_text(now) or half.tries >= MAX_CODE_TRIES:
        raise NotOpen(HALF_OVER)
    factor = second_factors.find(tx, half.user_id)
    if user is None or user.disabled_at or factor is None or not factor.is_on:
        raise NotOpen(HALF_OVER)
    by = _find_actor(tx, half.user_id)
    if not _use_code(tx, factor, code, now):
        second_factors.note_try(tx, key)  # and committed: whoever guesses has few tries
        if half.tries + 1 == MAX_CODE_TRIES:
            tell_user(tx, "session.guessed", half.user_id, now)
        _record_event(tx, "session.code_refused", half.user_id, by, now, is_news=False)
        return False
    second_factors.drop_halves(tx, half.user_id)
    means = "code" if is_phone_code(code) else "recovery"
    if means == "recovery":
        left = str(len(factor.recovery) - 1)
        _record_event(tx, "second_factor.recovery_used", half.user_id, by, now, left=left)
    open_session(tx, session_key, half.user_id, now, second_step=means)
    return True


def is_recent(proved_at: str) -> bool:
    """Whether a session's user proved lately who it is; ``proved_at`` as the principal has it."""
    oldest = utc_now() - timedelta(minutes=RECENT_MINUTES)
    return bool(proved_at) and to_instant(proved_at) >= oldest


def prove(driver: Driver, proof: str, *, session_id: str, by: Actor) -> None:
    """Prove once more who one is, by the password or, where it is on, by a code of the phone.

    Raises:
        Invalid: it is neither.
    """
    stored = read(driver, users.find_hash, by.user_id)
    code = read_code(proof)
    is_right = not is_phone_code(code) and is_password_of(stored or "", proof)
    if not write(driver, _note_proof, code, is_right, session_id, by, utc_now()):
        raise Invalid("This is neither your password nor a code of your phone.", pointer="/proof")


def _note_proof(
    tx: Tx, code: str, is_right: bool, session_id: str, by: Actor, now: datetime
) -> bool:
    users.lock(tx, by.user_id)
    factor = second_factors.find(tx, by.user_id)
    if not is_right and is_phone_code(code) and factor is not None and factor.is_on:
        is_right = _use_code(tx, factor, code, now)
    if is_right:
        sessions.note_proof(tx, session_id, at=now)
    else:
        _record_event(tx, "session.proof_refused", by.user_id, by, now, is_news=False)
    return is_right


def end_for_colleague(driver: Driver, user_id: str, *, by: Actor) -> None:
    """End the second step of a colleague who lost the phone and the recovery codes.

    Raises:
        NotFound: nobody of this firm.
        Conflict: it is one's own.
        NotOpen: it is not on.
    """
    by.check_role("owner")
    if user_id == by.user_id:
        raise Conflict("Turn your own second step off on your account page.")
    write(driver, _end_for_colleague, user_id, by, utc_now())


def _end_for_colleague(tx: Tx, user_id: str, by: Actor, now: datetime) -> None:
    colleague = lock_colleague(tx, user_id, by)
    _end_locked(tx, user_id)
    _record_event(tx, "second_factor.ended_by_owner", user_id, by, now, name=colleague.name)


def end_by_operator(driver: Driver, email: str) -> None:
    """End the second step of whoever has this address; for the operator's command line.

    Raises:
        NotFound: nobody has it.
        NotOpen: it is not on.
    """
    write(driver, _end_by_operator, email.strip().lower(), utc_now())


def _end_by_operator(tx: Tx, email: str, now: datetime) -> None:
    user = users.find_by_email(tx, email)
    if user is None:
        raise NotFound("No account has this address.")
    _end_locked(tx, user.id)
    operator = Actor(user_id="", firm_id="", role="owner", is_operator=True)
    _record_event(
        tx,
        "second_factor.ended_by_operator",
        user.id,
        operator,
        now,
        tells=_find_actor(tx, user.id).firm_id,
    )


def _end_locked(tx: Tx, user_id: str) -> None:
    users.lock(tx, user_id)
    _find_active(tx, user_id)
    second_factors.turn_off(tx, user_id)
    second_factors.drop_halves(tx, user_id)


def demand(driver: Driver, *, demanded: bool, by: Actor) -> None:
    """Demand the second step of all users of the acting owner's firm, or no more.

    Whoever has none is led to set it up at the next sign-in, and can do nothing else before.

    Raises:
        Conflict: the owner has none: nobody can demand what would shut out whoever demands it.
    """
    by.check_role("owner")
    write(driver, _set_demand, demanded, by, utc_now())


def _set_demand(tx: Tx, demanded: bool, by: Actor, now: datetime) -> None:
    lock_colleague(tx, by.user_id, by)
    users.lock(tx, by.user_id)
    if bool(second_factors.find_demand(tx, viewer=by.firm_id)) == demanded:
        return
    own = second_factors.find(tx, by.user_id)
    if demanded and (own is None or not own.is_on):
        raise Conflict("Set up the second step for yourself first, on your account page.")
    second_factors.set_demand(tx, by.firm_id, now if demanded else None)
    kind = "firm.second_factor_demanded" if demanded else "firm.second_factor_free"
    events.record(tx, kind, about_kind="firm", about_id=by.firm_id, by=by, at=now)


def find_demand(driver: Driver, *, by: Actor) -> str:
    """Since when the acting firm demands the second step; empty where it does not."""
    return read(driver, second_factors.find_demand, viewer=by.firm_id)


def _find_active(tx: Tx, user_id: str) -> SecondFactor:
    factor = second_factors.find(tx, user_id)
    if factor is None or not factor.is_on:
        raise NotOpen("The second step is not on.")
    return factor


def _use_code(tx: Tx, factor: SecondFactor, code: str, now: datetime) -> bool:
    """Whether a code is right; it is used up then. The user must be locked."""
    if is_phone_code(code):
        step = find_step(_open_secret(factor), code, now=now, after=factor.step)
        if step is not None:
            second_factors.note_step(tx, factor.user_id, step)
        return step is not None
    tried = [_digest_code(key.secret, factor.user_id, code) for key in settings().factor_keys]
    left = [kept for kept in factor.recovery if kept not in tried]
    if len(left) == len(factor.recovery):
        return False
    second_factors.set_recovery(tx, factor.user_id, left)
    return True


def _find_actor(tx: Tx, user_id: str) -> Actor:
    firm_id, role = users.find_work(tx, user_id)
    return Actor(user_id=user_id, firm_id=firm_id, role=role)


def _record_event(
    tx: Tx,
    kind: str,
    user_id: str,
    by: Actor,
    now: datetime,
    *,
    tells: str = "",
    is_news: bool = True,
    **facts: str,
) -> None:
    tell_user(tx, kind, user_id, now)
    events.record(
        tx,
        kind,
        about_kind="user",
        about_id=user_id,
        by=by,
        at=now,
        tells=[tells],
        facts={"name": users.find_name(tx, user_id), **facts},
        is_news=is_news,
    )


def _seal_secret(user_id: str, secret: str) -> str:
    """The secret encrypted, with the key's id before it; bound to its user."""
    key = settings().factor_keys[-1]
    box = SecretBox(bytes.fromhex(key.secret))
    sealed = box.encrypt(f"{user_id}|{secret}".encode())
    return f"{key.id}:{b64encode(sealed).decode()}"


def _open_secret(factor: SecondFactor) -> str:
    key_id, _, sealed = factor.sealed.partition(":")
    secret = next((key.secret for key in settings().factor_keys if key.id == key_id), "")
    try:
        text = SecretBox(bytes.fromhex(secret)).decrypt(b64decode(sealed)).decode()
    except (CryptoError, ValueError) as error:
        log.error("second_factor_not_opened", user_id=factor.user_id, key_id=key_id)
        raise Unavailable("Codes cannot be checked here now. Tell the operator.") from error
    user_id, _, opened = text.partition("|")
    if user_id != factor.user_id:
        raise Forbidden
    return opened


def _digest_all(user_id: str, codes: tuple[str, ...]) -> list[str]:
    """Keyed digests of recovery codes, as they are kept."""
    return [_digest_code(settings().factor_keys[-1].secret, user_id, code) for code in codes]


def _digest_code(key: str, user_id: str, code: str) -> str:
    text = f"recovery|{user_id}|{read_code(code)}".encode()
    return hmac.new(bytes.fromhex(key), text, "sha256").hexdigest()
