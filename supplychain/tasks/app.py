"""The Celery app. The broker only carries hints; the truth of all work is in the graph.

A message may come twice or never: each task can run twice without harm, and the clock
(``tasks.clock``) sends again what was lost. No message carries more than an id. Each queue has
processes of its own (``tasks.hands``), so that none holds another up.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from celery import Celery
from celery.signals import worker_process_init

from supplychain.config import Settings, settings
from supplychain.graph.engine import driver as drivers
from supplychain.tasks import broker

CONNECT_S: Final = 2.0
"""How long is waited for a broker that takes a connection and says nothing."""
ANSWER_S: Final = 5.0
"""And for an answer of one that we are connected to."""


def _transport_options(config: Settings) -> dict[str, Any]:
    if config.broker_url.startswith("redis"):
        return {"socket_timeout": ANSWER_S, "socket_connect_timeout": CONNECT_S}
    if not config.broker_url.startswith("filesystem:"):
        return {}
    folder: Path = config.data_dir / "broker"
    for name in ("queue", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "control_folder": str(folder / "control"),
        "polling_interval": 0.5,
    }


def make_app() -> Celery:
    """The app for the settings of this process."""
    config = settings()
    broker.register()
    app = Celery("supplychain", broker=config.broker_url)
    app.conf.update(
        broker_transport_options=_transport_options(config),
        broker_connection_timeout=CONNECT_S,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_consumer="supplychain.tasks.hands:Consumer",
        worker_cancel_long_running_tasks_on_connection_loss=False,
        task_time_limit=1800,
        imports=("supplychain.tasks.jobs", "supplychain.tasks.sweeps"),
    )
    return app


app = make_app()


@worker_process_init.connect
def _fresh_driver(**_: Any) -> None:
    drivers.forget()
