import logging

import pytest
from mmengine.logging import MMLogger


@pytest.fixture
def warnings_logged(caplog):
    """The warnings in MMEngine's log so far, which pytest does not see by itself."""
    logger = MMLogger.get_current_instance()
    logger.addHandler(caplog.handler)
    yield lambda: [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    logger.removeHandler(caplog.handler)
