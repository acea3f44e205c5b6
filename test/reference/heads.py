"""Makes test/reference/heads.json: what sits on the encoder, written independently in PyTorch (float64).

    python test/reference/heads.py        (needs torch)

Rotary positions are complex multiplications, the loss is Eq. 9 over explicit candidate sets, cell by cell.
"""
import json
import os

import torch

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
batch, n, inputs, types, size = 2, 7, 6, 3, 4
lengths = [7, 5]
# Gold spans: (example, type, first token, last token); two share a span, one nests, the second example's third type has none.
spans = [(0, 0, 1, 4), (0, 0, 2, 3), (0, 1, 2, 3), (0, 2, 5, 5), (1, 0, 1, 3), (1, 1, 2, 2)]


def rounded(tensor):
    return torch.round(tensor.detach(), decimals=10).tolist()


def rotate(x):
    """x [..., n, d]: the pair (2i, 2i+1) as a complex number, turned by position * 10000^(-2i/d)."""
    positions, d = x.shape[-2:]
    angle = torch.arange(positions)[:, None] * 10000.0 ** (-2 * torch.arange(d // 2) / d)
    pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], d // 2, 2).contiguous())
    return torch.view_as_real(pairs * torch.polar(torch.ones_like(angle), angle)).reshape(x.shape)


def candidates(example, k):
    inner = range(1, lengths[example] - 1)
    return [(i, j) for i in inner for j in inner if 0 <= j - i < k]


x = torch.randn(batch, n, inputs, requires_grad=True)
weight = torch.randn(types * 2 * size, inputs, requires_grad=True)
bias = torch.randn(types * 2 * size, requires_grad=True)


def pointer(k, scale=True, rope=True):
    both = (x @ weight.T + bias).reshape(batch, n, types, 2, size)
    q, key = both[..., 0, :].transpose(1, 2), both[..., 1, :].transpose(1, 2)  # [batch, types, n, size]
    if rope:
        q, key = rotate(q), rotate(key)
    scores = q @ key.transpose(-1, -2) / (size ** 0.5 if scale else 1)
    total = 0
    for b in range(batch):
        for t in range(types):
            positive = [(i, j) for (e, a, i, j) in spans if (e, a) == (b, t) and j - i < k]
            negative = [cell for cell in candidates(b, k) if cell not in positive]
            total = total + torch.log1p(sum(torch.exp(scores[b, t, i, j]) for i, j in negative))
            if positive:
                total = total + torch.log1p(sum(torch.exp(-scores[b, t, i, j]) for i, j in positive))
    loss = total / (batch * types)
    gradients = torch.autograd.grad(loss, [x, weight, bias])
    return {"k": k, "scale": scale, "rope": rope, "scores": rounded(scores), "loss": loss.item(),
            "gradients": dict(zip(["x", "weight", "bias"], map(rounded, gradients)))}


golden = {
    "lengths": lengths, "spans": spans, "x": rounded(x), "weight": rounded(weight), "bias": rounded(bias), "size": size,
    "rotated": rounded(rotate(x[..., :size])),
    "pointer": [pointer(n), pointer(n, scale=False), pointer(n, rope=False), pointer(2)],
}

# Character-word fusion; the gradients are those of half the sum of squares.
dimension, rows = 3, 5
table, words = torch.randn(rows, dimension, requires_grad=True), torch.randint(0, rows, (batch, n))
projection, projection_bias = torch.randn(inputs, dimension, requires_grad=True), torch.randn(inputs, requires_grad=True)
gate, gate_bias = torch.randn(inputs, inputs + dimension, requires_grad=True), torch.randn(inputs, requires_grad=True)
vectors = table[words]
projected = vectors @ projection.T + projection_bias
opened = torch.sigmoid(torch.cat([x, vectors], -1) @ gate.T + gate_bias)
fused = {"concat": torch.cat([x, vectors], -1), "add": x + projected, "gated": opened * x + (1 - opened) * projected}
places = {"x": x, "embedding.weight": table, "projection.weight": projection, "projection.bias": projection_bias,
          "gate.weight": gate, "gate.bias": gate_bias}


def fusion_gradients(value):
    found = torch.autograd.grad((value ** 2).sum() / 2, list(places.values()), retain_graph=True, allow_unused=True)
    return {name: rounded(gradient) for name, gradient in zip(places, found) if gradient is not None}


golden["fusion"] = {
    "table": rounded(table), "words": words.tolist(),
    "parameters": {"projection.weight": rounded(projection), "projection.bias": rounded(projection_bias),
                   "gate.weight": rounded(gate), "gate.bias": rounded(gate_bias)},
    **{name: rounded(value) for name, value in fused.items()},
    "gradients": {name: fusion_gradients(value) for name, value in fused.items()},
}

# Token classifier.
labels = 5
class_weight, class_bias = torch.randn(labels, inputs, requires_grad=True), torch.randn(labels, requires_grad=True)
tags = torch.randint(0, labels, (batch, n))
logits = x @ class_weight.T + class_bias
real = torch.tensor([[0 < i < length - 1 for i in range(n)] for length in lengths])
loss = torch.nn.functional.cross_entropy(logits[real], tags[real])
gradients = torch.autograd.grad(loss, [x, class_weight, class_bias])
golden["classifier"] = {
    "weight": rounded(class_weight), "bias": rounded(class_bias), "tags": tags.tolist(), "real": real.double().tolist(),
    "logits": rounded(logits), "loss": loss.item(), "gradients": dict(zip(["x", "weight", "bias"], map(rounded, gradients))),
}

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "heads.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
