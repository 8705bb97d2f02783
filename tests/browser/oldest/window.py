"""A window of Chromium 87, the oldest that the manual names: PyQtWebEngine 5.15 is that engine. A separate program.

`python window.py`: it is controlled over the DevTools protocol (QTWEBENGINE_REMOTE_DEBUGGING).
"""

import sys

from PyQt5.QtCore import QUrl
from PyQt5.QtWebEngineWidgets import QWebEnginePage, QWebEngineProfile, QWebEngineView
from PyQt5.QtWidgets import QApplication


class Window(QWebEngineView):
    def __init__(self) -> None:
        super().__init__()
        self.profile = QWebEngineProfile(self)  # without a name, so nothing is kept
        self.profile.setHttpAcceptLanguage("zh-CN,zh")
        page = self.shown = QWebEnginePage(self.profile, self)
        page.featurePermissionRequested.connect(self.permit)
        page.renderProcessTerminated.connect(self.say_end)
        self.setPage(page)

    def permit(self, origin: QUrl, feature: QWebEnginePage.Feature) -> None:
        """Grant a permission, as when the user presses 允许."""
        granted = QWebEnginePage.PermissionPolicy.PermissionGrantedByUser
        self.shown.setFeaturePermission(origin, feature, granted)

    def say_end(self, status: object, code: int) -> None:
        sys.stderr.write(f"the page's process ended: status {status}, exit code {code}\n")


def main() -> int:
    application = QApplication(sys.argv)
    window = Window()
    window.resize(1280, 860)
    window.setHtml("")
    window.show()
    return int(application.exec_())


if __name__ == "__main__":
    sys.exit(main())
