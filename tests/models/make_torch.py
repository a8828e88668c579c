"""What PyTorch's two exporters write for small networks, and what PyTorch computes.

Run from the checkout's root with torch 2.13.0, onnx 1.23.2 and onnxscript 0.7.2:

    python tests/models/make_torch.py
"""

from __future__ import annotations

import io
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.models.samples import Array, keep, keep_samples, say

SEED = 3
OPSETS = {"script": (7, 13, 20), "dynamo": (18, 23)}
"""From the oldest to the newest that each can write; opset 7 knows no Where, no Resize and no scatter."""


class Excite(nn.Module):
    """Squeeze and excite."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.down, self.up = nn.Conv2d(channels, channels // 2, 1), nn.Conv2d(channels // 2, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        scale = functional.adaptive_avg_pool2d(x, 1)
        return x * functional.hardsigmoid(self.up(functional.relu(self.down(scale))))


class Cnn(nn.Module):
    """MobileNet's parts, a residual, and a view that asks the tensor for its batch."""

    def __init__(self) -> None:
        super().__init__()
        wide = nn.Conv2d(2, 8, 3, stride=2, padding=1, bias=False)
        self.stem = nn.Sequential(wide, nn.BatchNorm2d(8), nn.Hardswish())
        each = nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False)
        self.depthwise = nn.Sequential(each, nn.BatchNorm2d(8), nn.ReLU6())
        self.excite = Excite(8)
        self.pointwise = nn.Sequential(nn.Conv2d(8, 8, 1), nn.BatchNorm2d(8), nn.Dropout(0.2))
        self.head = nn.Linear(8 * 2 * 2, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = x + self.pointwise(self.excite(self.depthwise(x)))
        x = functional.max_pool2d(x, 2)
        return functional.softmax(self.head(x.view(x.size(0), -1)), dim=-1)


class Sound(nn.Module):
    """A 1-D network: dilated convolution, global pooling, chunks glued together, features repeated."""

    def __init__(self) -> None:
        super().__init__()
        self.wide = nn.Conv1d(3, 6, 5, stride=2, padding=2)
        self.norm = nn.BatchNorm1d(6)
        self.dilated = nn.Conv1d(6, 6, 3, padding=2, dilation=2)
        self.head = nn.Linear(6, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.leaky_relu(self.norm(self.wide(x)), 0.1)
        first, second = torch.chunk(torch.sigmoid(self.dilated(x)), 2, dim=1)
        x = torch.cat([second, first], dim=1) * x
        return self.head(x.mean(dim=2))


class Recurrent(nn.Module):
    """A recurrent layer over a batch-first sequence; the last step goes to a dense layer."""

    def __init__(self, layer: nn.RNNBase) -> None:
        super().__init__()
        self.layer = layer
        self.head = nn.Linear(layer.hidden_size * (2 if layer.bidirectional else 1), 3)

    def forward(self, x: Tensor) -> Tensor:
        sequence, _ = self.layer(x)
        return self.head(sequence[:, -1, :])


class Transformer(nn.Module):
    """One encoder block on learned positions: nn.MultiheadAttention, LayerNorm, GELU."""

    def __init__(self) -> None:
        super().__init__()
        self.positions = nn.Parameter(torch.randn(1, 6, 8) * 0.1)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.before, self.after = nn.LayerNorm(8), nn.LayerNorm(8)
        self.feed = nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8))
        self.head = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.positions
        inner = self.before(x)
        x = x + self.attention(inner, inner, inner, need_weights=False)[0]
        x = x + self.feed(self.after(x))
        return self.head(x.mean(dim=1))


class Debris(nn.Module):
    """Shapes computed from shapes: reshape, permute, expand, interpolate, pad, slices from the end, an arg-max."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3, padding=1)
        self.scale = nn.Parameter(torch.rand(4))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        n, _, h, w = x.shape
        x = functional.interpolate(self.conv(x), size=(h * 2, w * 2), mode="nearest")
        x = functional.pad(x, (1, 1, 0, 0))[:, :, :-1, 1:]
        x = x.permute(0, 2, 3, 1) * self.scale.expand(n, x.size(2), x.size(3), 4)
        x = x.reshape(n, -1, 4)[:, : x.size(1) * 3]
        return x.transpose(1, 2).contiguous().view(n * 4, -1), x.argmax(dim=-1)


NETWORKS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...], str]] = {
    "cnn": (Cnn, (1, 2, 8, 8), "N"),
    "sound": (Sound, (1, 3, 20), "N"),
    "gru": (lambda: Recurrent(nn.GRU(4, 5, batch_first=True)), (1, 7, 4), ""),
    "lstm": (lambda: Recurrent(nn.LSTM(4, 3, batch_first=True, bidirectional=True)), (1, 7, 4), ""),
    "transformer": (Transformer, (1, 6, 8), "N"),
    "debris": (Debris, (1, 2, 4, 5), "N"),
}


def made(name: str) -> tuple[nn.Module, Tensor]:
    """The network with seeded weights and moving averages, and an input."""
    torch.manual_seed(SEED)
    build, shape, _ = NETWORKS[name]
    network = build().eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.2)
            module.running_mean, module.running_var = torch.randn_like(module.bias) * 0.2, module.weight.detach() + 0.3
    return network, torch.randn(shape)


def by_script(network: nn.Module, x: Tensor, opset: int, batch: str) -> onnx.ModelProto:
    target = io.BytesIO()
    axes = {"x": {0: batch}} if batch else None
    torch.onnx.export(network, (x,), target, dynamo=False, opset_version=opset, input_names=["x"], dynamic_axes=axes)
    return onnx.load_from_string(target.getvalue())


def by_dynamo(network: nn.Module, x: Tensor, opset: int, batch: str) -> onnx.ModelProto:
    shapes = ({0: torch.export.Dim(batch, min=1, max=64)},) if batch else None
    program = torch.onnx.export(
        network, (x,), dynamo=True, opset_version=opset, input_names=["x"], dynamic_shapes=shapes, verbose=False
    )
    assert program is not None
    return program.model_proto


def outputs_of(network: nn.Module, x: Tensor) -> list[Array]:
    with torch.no_grad():
        found = network(x)
    return [tensor.numpy() for tensor in (found if isinstance(found, tuple) else (found,))]


def export(name: str, form: str, opset: int) -> None:
    network, x = made(name)
    convert = by_script if form == "script" else by_dynamo
    model = convert(network, x, opset, NETWORKS[name][2])
    got = next(o.version for o in model.opset_import if o.domain == "")
    if got == opset:
        keep(f"torch_{name}_{form}_{got}", model)


def main() -> None:
    warnings.simplefilter("ignore")
    for name in NETWORKS:
        network, x = made(name)
        keep_samples(f"torch_{name}", [x.numpy()], outputs_of(network, x))
        for form, opsets in OPSETS.items():
            for opset in opsets:
                try:
                    export(name, form, opset)
                except (torch.onnx.OnnxExporterError, RuntimeError) as error:
                    say(f"{name}, {form} exporter, opset {opset}: {str(error).splitlines()[0]}")


if __name__ == "__main__":
    main()
