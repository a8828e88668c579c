"""Depthwise convolutions: what their kernels have in common."""

from __future__ import annotations

from tinyc.kernels.conv2d import conv_of
from tinyc.kernels.record import Predicate, Site


def out_channels(site: Site) -> int:
    return site.type("y").shape[1]


def _is_depthwise(site: Site) -> bool:
    conv = conv_of(site)
    return conv.groups == site.type("x").shape[1] and set(conv.window.dilations) == {1}


DEPTHWISE = Predicate("depthwise, without dilation", _is_depthwise)
