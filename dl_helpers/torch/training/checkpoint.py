"""Checkpoint files: written whole or not at all, read without running code, and refused when they are another training's."""

import os
import pickle
from pathlib import Path

import torch

from dl_helpers.diagnosis import some

__all__ = ["check_same_training", "load_checkpoint", "save_checkpoint"]

_FORMAT = "dl_helpers.torch.training 1"


def save_checkpoint(path, state):
    """Write a dict of tensors, numbers, strings, lists and dicts. An interruption leaves the old file as it was."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".part")
    torch.save({"format": _FORMAT, **state}, fresh)
    os.replace(fresh, path)


def load_checkpoint(path, device="cpu"):
    """Read what save_checkpoint wrote.

    Raises FileNotFoundError, naming the checkpoints next to it, and ValueError for a file that is no checkpoint.
    """
    path = Path(path)
    if not path.is_file():
        others = sorted(p.name for p in path.parent.glob("*" + path.suffix)) if path.parent.is_dir() else []
        hint = f"in {path.parent} there are {', '.join(others)}" if others else f"in {path.parent} there is none"
        raise FileNotFoundError(f"there is no checkpoint at {path} ({hint}); to start anew, fit with resume=False")
    try:
        state = torch.load(path, map_location=device, weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, KeyError, ValueError) as problem:
        raise ValueError(f"{path} is no checkpoint, or is damaged: {str(problem).splitlines()[0]}") from problem
    if not isinstance(state, dict) or state.get("format") != _FORMAT:
        raise ValueError(f"{path} was not written by Trainer: expected the format {_FORMAT!r}")
    return state


def check_same_training(path, state, here):
    """Refuse a checkpoint of another model, optimizer, data set or seed, with the first difference: ValueError.

    here: {"model": state_dict, "identity": dict of what must agree}.
    """
    there_shapes, here_shapes = ({name: tuple(x.shape) for name, x in s["model"].items()} for s in (state, here))
    odd = sorted(set(there_shapes) ^ set(here_shapes))
    problem = _difference(there_shapes, here_shapes) or _difference(state["identity"], here["identity"])
    if odd:
        problem = f"its model has {len(there_shapes)} tensors and this one {len(here_shapes)}; only one has {some(odd)}"
    if problem:
        raise ValueError(f"{path} is the checkpoint of another training: {problem}")


def _difference(there, here):
    """The first entry in which two dicts differ, in words; None when they agree."""
    differ = (f"{name} was {there.get(name)} and is {value} here" for name, value in here.items() if there.get(name) != value)
    return next(differ, None)
