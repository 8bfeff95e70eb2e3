"""Calls that may never end, each with a time limit that holds even inside a library's C code."""

import multiprocessing
import os

__all__ = ["each_in_time"]


def each_in_time(function, items, seconds, late):
    """[function(item) for each item], with `late` in place of what takes longer than so many seconds.

    The calls are made in a forked process, which is killed when one is late, and started again behind it. (A LAPACK routine
    that is given nan may loop for ever, and no exception can be raised inside it.) Results must be picklable.
    Where a process cannot be forked the calls are made here, without a limit.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        return [function(item) for item in items]
    results = []
    while len(results) < len(items):
        results += _until_late(function, items[len(results):], seconds)
        if len(results) < len(items):
            results.append(late)
    return results


def _until_late(function, items, seconds):
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(function, items, sender), daemon=True)
    process.start()
    sender.close()
    results = []
    try:
        while len(results) < len(items) and receiver.poll(seconds):
            results.append(receiver.recv())
    except EOFError:                     # the process ended by itself: os._exit, a crash
        pass
    finally:
        process.kill()
        process.join()
        receiver.close()
    return results


def _work(function, items, sender):
    nowhere = os.open(os.devnull, os.O_WRONLY)      # LAPACK complains about nan on the terminal, past Python's own streams
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    for item in items:
        sender.send(function(item))
