import numpy as np
import pytest
from hypothesis import settings

# The same examples in every run, and no time limits: a busy machine is no fault of the code.
settings.register_profile("course", deadline=None, derandomize=True)
settings.load_profile("course")


@pytest.fixture
def rng():
    return np.random.default_rng(20)
