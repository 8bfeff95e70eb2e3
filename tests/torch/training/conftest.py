import pytest
import torch


@pytest.fixture(autouse=True)
def _seeded():
    """The same starting weights in every run, and the global generator as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        yield
