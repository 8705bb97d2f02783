"""The mark in our Record-Route by which the edge recognises its own dialogs (edge_routing)."""

import edge_current as current
import edge_routing as routing
import KSR
from edge_routing import Mark


class Marks:
    def __init__(self, key: str) -> None:
        self._key = key

    def parameter(self, mark: Mark) -> str:
        """Return the parameter of our Record-Route by which later requests in the dialog are recognised."""
        return routing.mark_parameter(self._key, mark, current.dialog())

    def of_request(self) -> Mark | None:
        return routing.read_mark(self._key, KSR.hdr.get("Route"), current.dialog())

    def of_answer(self) -> Mark | None:
        """Return the mark in the first Record-Route of our own. A provider's proxies may add theirs before it."""
        dialog = current.dialog()
        marks = (routing.read_mark(self._key, header, dialog) for header in current.headers("Record-Route"))
        return next((mark for mark in marks if mark is not None), None)
