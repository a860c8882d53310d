"""``samestory serve``: the service over HTTP."""

from __future__ import annotations

import gc

import click

from api.cli import options


@click.command("serve")
@click.option("--host", metavar="ADDRESS", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on; 0 takes a free one.  [default: 8080]")
@options.data
@click.option(
    "--nightly", metavar="TIME", help='Start the night at this time of day: "02:30 Europe/Berlin".'
)
def command(host: str | None, port: int | None, data: str | None, nightly: str | None) -> None:
    """Run the service over HTTP.

    The first line on standard output is the address it listens on, printed once it answers. The
    interface is described at /docs and /openapi.json. Anything but a loopback address needs an API
    key (see: samestory key).

    With --nightly it starts `samestory recluster` once a day, in a process of its own.

    \b
    samestory serve --port 8080 --data var
    curl -H 'Content-Type: application/json' http://127.0.0.1:8080/v1/articles \\
         -d '{"id": "1", "title": "A title", "body": "A text", "source": "Example Herald"}'
    """
    config = options.config(host=host, port=port, data=data, nightly=nightly)
    from api import bootstrap, logs
    from api.http import serving
    from api.http.app import create_app
    from api.http.security import check_bind
    from api.keys import KeyRing
    from api.night.daily import nightly as every_night

    logs.configure(level=config.log_level.upper())
    keys = KeyRing.parse(config.key_lines())
    check_bind(config.host, keys)
    with (
        serving.listen(config.host, config.port) as listener,
        bootstrap.open_service(config, warm=True) as service,
    ):
        app = create_app(
            service,
            keys=keys,
            allowed_hosts=config.allowed_hosts,
            max_body_bytes=config.max_body_bytes,
            max_request_bytes=config.max_request_bytes,
            max_batch=config.max_batch,
            nightly=every_night(config),
            version=options.installed(),
        )
        # What start-up made lives as long as the process: no collection need walk over it again.
        gc.collect()
        gc.freeze()
        serving.serve(app, listener, _announce)


def _announce(host: str, port: int) -> None:
    name = f"[{host}]" if ":" in host else host
    click.echo(f"samestory listens on http://{name}:{port}")
