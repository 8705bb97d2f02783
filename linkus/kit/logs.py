"""Structured logs: one JSON object per line, with the request or call id that nginx, brain, edge and core share."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

import structlog

MAX_LOG_BYTES = 20 * 1024 * 1024  # the same as for the engine logs (linkus/engine/logfile.py)
MAX_OLD_LOGS = 3


def configure_logs(level: str = "info", path: Path | None = None) -> None:
    """Log to `path`, or to standard error if it is None."""
    handler: logging.Handler = (
        RotatingFileHandler(path, maxBytes=MAX_LOG_BYTES, backupCount=MAX_OLD_LOGS, encoding="utf-8")
        if path
        else logging.StreamHandler(sys.stderr)
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("aiosqlite", "httpx", "httpcore"):  # the latter name addresses, whose query may be a secret
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
