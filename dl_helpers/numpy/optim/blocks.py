"""Walk through large arrays in pieces that stay in the cache."""

import numpy as np

BLOCK = 32768  # entries: a handful of float32 temporaries of this size fit into one core's cache, and few calls are made


def blocks(written, read=()):
    """Matching flat pieces of arrays of one shape, to be updated in place.

        for w, m, g in blocks([param, moment], [grad]):
            m += 0.1 * (g - m)          # the temporaries are small, so that they never leave the cache
            w -= lr * m

    written: arrays to be modified; read: arrays to be read only. Any memory layout will do.
    """
    flags = [["readwrite"]] * len(written) + [["readonly"]] * len(read)
    with np.nditer([*written, *read], ["external_loop", "buffered", "zerosize_ok"], flags, buffersize=BLOCK) as pieces:
        yield from pieces
