"""Writes into the junit results the rows of docs/manual.toml that each test shows, and the commit of the results.

Loaded by conftest.py. `tools/manual.py` (`make manual`) reads these properties.
"""

import pytest

from tools.manual import COMMIT_PROPERTY, ROW_PROPERTY, TEST_PROPERTY, head_commit, read_rows


def rows_of(item: pytest.Item) -> list[str]:
    return [row for marker in item.iter_markers("manual") for row in marker.args]


# tryfirst: before -k and -m deselect tests, so that a misspelt row fails every run, not only the full one.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    known = {row.id for row in read_rows()}
    unknown = [f"{item.nodeid}: {row}" for item in items for row in rows_of(item) if row not in known]
    if unknown:
        raise pytest.UsageError("no such row in docs/manual.toml: " + "; ".join(unknown))
    commit = head_commit()
    for item in items:
        rows = rows_of(item)
        if rows:
            properties = [(TEST_PROPERTY, item.nodeid), (COMMIT_PROPERTY, commit)]
            item.user_properties.extend([*properties, *((ROW_PROPERTY, row) for row in dict.fromkeys(rows))])
