"""The mark in our Record-Route by which the edge recognises its own dialogs (edge_dialog_mark)."""

import edge_current as current
import edge_dialog_mark as dialog_mark
import KSR
from edge_dialog_mark import Mark


class Marks:
    def __init__(self, key: str) -> None:
        self._key = key

    def parameter(self, mark: Mark) -> str:
        """Return the parameter of our Record-Route by which later requests in the dialog are recognised."""
        return dialog_mark.mark_parameter(self._key, mark, current.dialog())

    def of_request(self) -> Mark | None:
        return dialog_mark.read_mark(self._key, KSR.hdr.get("Route"), current.dialog())

    def of_answer(self) -> Mark | None:
        """Return the mark in the first Record-Route of our own. A provider's proxies may add theirs before it."""
        dialog = current.dialog()
        marks = (dialog_mark.read_mark(self._key, header, dialog) for header in current.headers("Record-Route"))
        return next((mark for mark in marks if mark is not None), None)
