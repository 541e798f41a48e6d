"""The Celery app. The broker only carries hints; the truth of all work is in the graph.

A message may come twice or never: each task can run twice without harm, and ``tasks.sweeps``
sends again what was lost. No message carries more than an id.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from supplychain.config import Settings, settings
from supplychain.graph.engine import driver as drivers
from supplychain.tasks import broker


def _transport_options(config: Settings) -> dict[str, Any]:
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
        broker_connection_retry_on_startup=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        task_time_limit=1800,
        beat_schedule_filename=str(config.data_dir / "beat-schedule"),
        imports=(
            "supplychain.tasks.jobs",
            "supplychain.tasks.mails",
            "supplychain.tasks.sweeps",
        ),
        beat_schedule={
            "sweep": {"task": "supplychain.sweep", "schedule": 2.0, "options": {"expires": 10}},
            "mail": {"task": "supplychain.send_mails", "schedule": 5.0, "options": {"expires": 10}},
            "tidy": {"task": "supplychain.tidy", "schedule": 600.0},
        },
    )
    return app


app = make_app()


@worker_process_init.connect
def _fresh_driver(**_: Any) -> None:
    drivers.forget()
