"""Where the bytes of attached files are kept, and for how long."""

from __future__ import annotations

import io
import os
import threading
import time

import pytest
from neo4j import Driver

from supplychain.actions.parts_requests import attachments
from supplychain.actions.parts_requests.attachments import NewFile, path_of
from supplychain.errors import Forbidden, Invalid, NotFound
from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import attachments as stored
from supplychain.model.ids import new_id, utc_now
from tests.make.firms import make_actor, make_firm
from tests.make.parts_requests import make_parts_request


def _file(name: str = "ring.pdf") -> NewFile:
    return NewFile.of(name, io.BytesIO(b"%PDF-1.7 " + new_id().encode()))


def test_the_same_bytes_are_kept_once_and_for_as_long_as_somebody_has_them(
    driver: Driver,
) -> None:
    buyer = make_actor(make_firm(driver))
    request_id = make_parts_request(driver, buyer, publish=False)
    file = _file()
    first, second = (attachments.attach(driver, request_id, file, by=buyer) for _ in range(2))
    path = path_of(file.sha256)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    long_ago = time.time() - 3 * attachments.UNUSED_S
    attachments.detach(driver, request_id, first, by=buyer)
    os.utime(path, (long_ago, long_ago))
    attachments.clear_unused_files(driver, utc_now())
    assert (
        attachments.find(driver, request_id, second, by=buyer)[1].read_bytes()
        == file.stream.getvalue()
    )
    attachments.detach(driver, request_id, second, by=buyer)
    os.utime(path, (long_ago, long_ago))
    assert attachments.clear_unused_files(driver, utc_now()) == 1
    assert not path.exists()


def test_bytes_that_were_sent_just_now_are_not_cleared(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    request_id = make_parts_request(driver, buyer, publish=False)
    file = _file()
    attachment_id = attachments.attach(driver, request_id, file, by=buyer)
    attachments.detach(driver, request_id, attachment_id, by=buyer)
    attachments.clear_unused_files(driver, utc_now())
    assert path_of(file.sha256).exists()


def test_the_twentieth_place_is_given_once(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    request_id = make_parts_request(driver, buyer, publish=False)
    for n in range(18):
        attachments.attach(driver, request_id, _file(f"{n}.pdf"), by=buyer)
    outcomes: list[str] = []

    def attach() -> None:
        try:
            attachments.attach(driver, request_id, _file(), by=buyer)
            outcomes.append("kept")
        except Invalid:
            outcomes.append("refused")

    threads = [threading.Thread(target=attach) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["kept"] * 2 + ["refused"] * 6
    assert len(read(driver, stored.list_own, request_id, viewer=buyer.firm_id)) == 20


def test_only_buyers_of_the_firm_attach_and_a_stranger_writes_no_bytes(driver: Driver) -> None:
    firm, stranger = make_firm(driver), make_actor(make_firm(driver))
    request_id = make_parts_request(driver, make_actor(firm), publish=False)
    file = _file()
    with pytest.raises(NotFound):
        attachments.attach(driver, request_id, file, by=stranger)
    assert not path_of(file.sha256).exists()
    with pytest.raises(Forbidden):
        attachments.attach(driver, request_id, file, by=make_actor(firm, "seller"))
