"""``supplychain web``: serve the portal and the API."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import click
from typing_extensions import override

from supplychain.graph.engine.driver import forget
from supplychain.graph.engine.starting import await_schema


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--threads", type=click.IntRange(1, 256), default=16, show_default=True)
@click.option("--patience", default=0.0, help="Seconds to wait for a migration to begin.")
def command(host: str, port: int, workers: int, threads: int, patience: float) -> None:
    """Serve the portal and the API until Ctrl-C."""
    say = partial(click.echo, err=True)
    await_schema(say, patience_s=patience, without_graph=True)
    forget()  # no driver crosses the fork of a server's processes
    if sys.platform == "win32":
        _serve_with_waitress(host, port, threads)
    else:
        _serve_with_gunicorn(
            {
                "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
                "workers": workers,
                "threads": threads,
                "worker_class": "gthread",
                "control_socket_disable": True,
                "graceful_timeout": 10,
                "timeout": 60,
                "keepalive": 15,
                "loglevel": "warning",
                "proc_name": "supplychain-web",
            }
        )


def _serve_with_gunicorn(options: dict[str, Any]) -> None:
    from gunicorn.app.base import BaseApplication  # not on Windows, and not at start-up

    class Application(BaseApplication):
        """Each worker makes its own application, after the fork: drivers do not cross it."""

        @override
        def load_config(self) -> None:
            for name, value in options.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        @override
        def load(self) -> Any:
            from supplychain.web.app import create_app

            return create_app()

    Application().run()


def _serve_with_waitress(host: str, port: int, threads: int) -> None:
    from waitress import serve  # Windows only

    from supplychain.web.app import create_app

    serve(create_app(), host=host, port=port, threads=threads)
