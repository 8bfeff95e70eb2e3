"""Images taken apart into sub-lattices (every s-th pixel along the height and the width), and batches into blocks."""

BLOCK_BYTES = 2**20     # what fits a processor's second cache, so that pixels visited several times are fetched once


def blocks(n, sample_bytes, block_bytes=BLOCK_BYTES):
    """Slices that cut a batch of n samples into blocks of about so many bytes, of one sample at least."""
    size = block_bytes // max(1, sample_bytes) or 1
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


def sublattices(images, stride, padding=(0, 0), used=None):
    """The pixels of images (N, C, H, W), by what their padded coordinates leave when divided by the stride.

    Yields (a, c), (row, column), pixels for each pair of remainders: pixels (N, C, ⌈·/sh⌉, ⌈·/sw⌉) is a view of the images,
    whose first pixel has the padded coordinates (row·sh + a, column·sw + c). used: the remainders wanted, two sets.
    """
    (sh, sw), (ph, pw) = stride, padding
    rows, columns = used or (range(sh), range(sw))
    for a in rows:
        for c in columns:
            top, left = (a - ph) % sh, (c - pw) % sw          # the first pixel with these remainders
            yield (a, c), ((top + ph) // sh, (left + pw) // sw), images[:, :, top::sh, left::sw]
