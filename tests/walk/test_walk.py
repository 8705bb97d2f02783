"""The walk as a test: what it shows of the manual."""

import pytest

from tests.walk.path import STEPS
from tests.walk.steps import run
from tests.walk.world import World


@pytest.mark.engine
@pytest.mark.browser
@pytest.mark.timeout(300)
@pytest.mark.manual("OV-2", "OV-3", "OV-6", "EN-2", "CR-1", "CR-4", "CR-5", "CR-6")
def test_from_an_empty_home_to_people_talking() -> None:
    with World() as world:
        run(STEPS, world)
