"""Depthwise convolution around the tiles of its fast kernels: four channels, two rows and columns, bands of rows."""

from itertools import product

from tests.cases.case import Case, x


def depthwise(
    channels: int, height: int, width: int, *, kernel: tuple[int, int] = (3, 3), strides: tuple[int, int] = (1, 1),
    pads: tuple[int, int, int, int] = (1, 1, 1, 1), multiple: int = 1, batch: int = 1, reach: float = 3.0,
) -> Case:  # fmt: skip
    """`reach` bounds the weights: small ones make small scales, thus large shifts."""
    outputs = channels * multiple
    tensors = (x(batch, channels, height, width), x(outputs, 1, *kernel, low=-reach, high=reach), x(outputs))
    attributes = {"pads": pads, "strides": strides, "group": channels}
    window = "k{}{}s{}{}p{}{}{}{}".format(*kernel, *strides, *pads)
    name = f"dw{batch}_{channels}_{multiple}_{height}x{width}_{window}{'_small' if reach < 1 else ''}"
    return Case("Conv", name, tensors, attributes, (1, 2), int8=True)


def _of_series(channels: int, length: int, kernel: int, stride: int) -> Case:
    tensors = (x(2, channels, length), x(channels, 1, kernel), x(channels))
    attributes = {"pads": [kernel - 1, 0], "strides": [stride], "group": channels}
    return Case("Conv", f"series_{channels}_{length}_{kernel}_by_{stride}", tensors, attributes, (1, 2), int8=True)


CASES = [
    *(depthwise(c, 6, 7, strides=(s, s)) for c, s in product((1, 3, 4, 5, 8, 17), (1, 2))),
    *(depthwise(5, side, side, strides=(s, s)) for side, s in product((1, 2, 3), (1, 2))),
    *(depthwise(4, height, 3) for height in (17, 25, 26, 51)),
    *(depthwise(4, height, 4, strides=(2, 2)) for height in (17, 26, 27, 53)),
    depthwise(4, 9, 8, strides=(2, 2), pads=(0, 0, 1, 1)),
    depthwise(6, 5, 5, pads=(3, 2, 0, 4)),
    depthwise(3, 5, 4, pads=(0, 0, 0, 0), multiple=3, batch=2),
    depthwise(5, 6, 5, multiple=2, strides=(2, 2)),
    depthwise(6, 7, 5, reach=0.02),
    depthwise(6, 7, 5, reach=0.02, strides=(2, 2)),
    depthwise(5, 9, 6, kernel=(5, 5), pads=(2, 2, 2, 2)),
    depthwise(4, 9, 9, kernel=(5, 5), pads=(2, 2, 2, 2), strides=(2, 2), multiple=2, batch=2),
    depthwise(2, 5, 6, kernel=(1, 4), strides=(1, 3), pads=(0, 1, 0, 2)),
    depthwise(5, 1, 9, kernel=(3, 3)),
    depthwise(4, 40, 30, kernel=(4, 2), strides=(3, 1), pads=(0, 0, 0, 0)),
    depthwise(7, 3, 3, kernel=(3, 3), strides=(2, 1)),
    *(_of_series(c, 11, kernel, s) for c, kernel, s in ((1, 3, 1), (5, 3, 2), (8, 7, 1))),
    Case("Conv", "depthwise_dilated_5x3", (x(2, 9, 11, 7), x(9, 1, 5, 3), x(9)), {"group": 9, "dilations": [2, 1], "pads": [4, 1, 0, 2]}, (1, 2), int8=True),
]  # fmt: skip
