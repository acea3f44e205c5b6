"""Makes test/reference/paper-a.json: the layers of paper A, written independently in PyTorch (float64).

    python test/reference/paper-a.py        (needs torch)

Feature mapping keyword by keyword and token by token, cross attention by torch.nn.functional.scaled_dot_product_attention, convolutions
by torch.nn.functional.conv1d, the relation scores with the whole N x N matrix, each window alone and unpadded. The losses are the sum of
the outputs times `weights` unless one is named; every gradient is taken.
"""
import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(31)
torch.set_default_dtype(torch.float64)
batch, n, m, hidden, lengths, second = 2, 6, 5, 4, [6, 4], [3, 5]


def rounded(tensor):
    return torch.round(tensor.detach(), decimals=9).tolist()


def parameter(*shape):
    return torch.randn(*shape, requires_grad=True)


def gradients(value, tensors):
    found = torch.autograd.grad(value, list(tensors.values()), retain_graph=True)
    return {name: rounded(gradient) for name, gradient in zip(tensors, found)}


def case(y, parameters, **inputs):
    """A layer whose loss is the sum of y times random weights; `parameters` are its own, `inputs` what it reads."""
    weights = torch.randn(*y.shape)
    both = {**inputs, **parameters}
    return {"y": rounded(y), "weights": rounded(weights), "inputs": {name: rounded(value) for name, value in inputs.items()},
            "parameters": {name: rounded(value) for name, value in parameters.items()}, "gradients": gradients((y * weights).sum(), both)}


def padded(rows):
    """Rows of [length, width] as [batch, n, width], 0 at padding."""
    return torch.stack([torch.cat([row, torch.zeros(n - len(row), row.shape[1])]) for row in rows])


golden = {"lengths": lengths, "second": second}

# Feature mapping. Keywords: (example, tokens in T, tokens in T', items by kind); kinds 0 keyword, 1 description, 2 part of speech, 3 relation.
names = ["delta", "alpha", "gamma", "beta"]
keywords = [
    (0, [1, 2], [1], [(0, 0), (1, 1), (2, 2), (3, 3)]),
    (0, [2, 4], [], [(0, 4), (2, 2), (3, 3), (3, 5)]),
    (1, [1], [2, 3, 4], [(1, 1)]),
]
items, scalars = parameter(6, hidden), {name: parameter(1) for name in names}
x, other = parameter(batch, n, hidden), parameter(batch, m, hidden)
mapped, mapped_other = x.clone(), other.clone()
for example, tokens, other_tokens, parts in keywords:
    total = sum(scalars[names[kind]] * items[item] for kind, item in parts)
    for token in tokens:
        mapped[example, token] = mapped[example, token] + total
    for token in other_tokens:
        mapped_other[example, token] = mapped_other[example, token] + total
golden["mapping"] = {"keywords": keywords, **case(torch.cat([mapped, mapped_other], 1), scalars, x=x, other=other, items=items)}

# Item vectors: a mean over the tokens that count.
tokens, counts = parameter(3, 4, hidden), [[0, 0.5, 0.5, 0], [0, 1, 0, 0], [0, 0.25, 0.25, 0.25]]
golden["items"] = {"counts": counts, **case((tokens * torch.tensor(counts)[..., None]).sum(1), {}, x=tokens)}

# Cross attention with two heads; keys beyond the second channel's length are hidden.
heads = 2
query, key, value = parameter(hidden, hidden), parameter(hidden, hidden), parameter(hidden, hidden)
split = lambda t: t.reshape(*t.shape[:2], heads, hidden // heads).transpose(1, 2)
real = torch.tensor([[j < length for j in range(m)] for length in second])
mixed = F.scaled_dot_product_attention(split(x @ query.T), split(other @ key.T), split(other @ value.T), real[:, None, None, :])
mixed = mixed.transpose(1, 2).reshape(batch, n, hidden)
golden["attention"] = {"heads": heads, **case(mixed, {"query.weight": query, "key.weight": key, "value.weight": value}, x=x, other=other)}

# Adaptive layer normalisation, and the two-layer perceptron.
epsilon = 1e-5
gain, gain_bias, shift, shift_bias = parameter(hidden, hidden), parameter(hidden), parameter(hidden, hidden), parameter(hidden)
normal = (x - x.mean(-1, keepdim=True)) / torch.sqrt(x.var(-1, unbiased=False, keepdim=True) + epsilon)
adapted = (x @ gain.T + gain_bias) * normal + x @ shift.T + shift_bias
golden["norm"] = {"epsilon": epsilon, **case(adapted, {"gain.weight": gain, "gain.bias": gain_bias, "shift.weight": shift, "shift.bias": shift_bias}, x=x)}
w1, b1, w2, b2 = parameter(hidden, hidden), parameter(hidden), parameter(hidden, hidden), parameter(hidden)
golden["mlp"] = case(F.relu(x @ w1.T + b1) @ w2.T + b2, {"inner.weight": w1, "inner.bias": b1, "outer.weight": w2, "outer.bias": b2}, x=x)

# Convolutions: each example alone at its own length, so that nothing stands beyond its end.
golden["convolutions"] = []
channels = 3
for shapes in ([(3, 1), (3, 2), (3, 3)], [(1, 1), (2, 1), (3, 1)]):
    kernels = [(parameter(channels, hidden, size), parameter(channels)) for size, _ in shapes]

    def convolved(row):
        found = []
        for (weight, bias), (size, dilation) in zip(kernels, shapes):
            reach = (size - 1) * dilation
            left = (size - 1) // 2 * dilation
            found.append(F.gelu(F.conv1d(F.pad(row.T[None], (left, reach - left)), weight, bias, dilation=dilation))[0].T)
        return torch.cat(found, -1)

    y = padded([convolved(x[example, :length]) for example, length in enumerate(lengths)])
    named = {f"{l}.{part}": tensor for l, pair in enumerate(kernels) for part, tensor in zip(("weight", "bias"), pair)}
    golden["convolutions"].append({"shapes": [{"size": size, "dilation": dilation} for size, dilation in shapes], "channels": channels, **case(y, named, x=x)})

# The co-predictor: h and D side by side. Windows' inner tokens are partners; the loss is the mean cross-entropy over them.
size, labels, positions, width = 5, 3, 7, 3
tags = [[0, 1, 2, 0, 1, 0], [0, 2, 1, 0, 0, 0]]
both = parameter(batch, n, hidden + width)
wx, wy, relation, by_place, wd = parameter(size, hidden), parameter(size, hidden), parameter(size, size), parameter(positions, labels), parameter(labels, width)
with torch.no_grad():
    for tensor in (wx, wy, relation, by_place):
        tensor *= 0.4


def co_predict(pairs, convolution):
    rows = []
    for example, length in enumerate(lengths):
        h, d = both[example, :length, :hidden], both[example, :length, hidden:]
        scores = torch.zeros(length, labels)
        if pairs:
            y = h @ wy.T
            y = torch.cat([torch.zeros(1, size), y[1:-1], torch.zeros(positions - length + 1, size)])  # N rows
            scores = scores + (h @ wx.T) @ relation.T @ y.T @ by_place  # [n, size] [size, size] [size, N] [N, labels]
        if convolution:
            scores = scores + d @ wd.T
        rows.append(scores[1:-1])
    wanted = torch.cat([torch.tensor(row[1:length - 1]) for row, length in zip(tags, lengths)])
    return rows, F.cross_entropy(torch.cat(rows), wanted)


golden["predictor"] = {"size": size, "labels": labels, "positions": positions, "hidden": hidden, "tags": tags, "x": rounded(both), "cases": []}
named = {"biaffine.x.weight": wx, "biaffine.y.weight": wy, "biaffine.relation.weight": relation, "biaffine.labels.weight": by_place}
for pairs, convolution in ((True, True), (True, False), (False, True)):
    rows, loss = co_predict(pairs, convolution)
    parameters = {**(named if pairs else {}), **({"convolved.weight": wd} if convolution else {})}
    golden["predictor"]["cases"].append({
        "biaffine": pairs, "convolution": convolution, "scores": [rounded(row) for row in rows], "loss": loss.item(),
        "parameters": {name: rounded(tensor) for name, tensor in parameters.items()}, "gradients": gradients(loss, {"x": both, **parameters}),
    })

# BiLSTM tagger: packed sequences, a linear layer, the mean cross-entropy over inner tokens.
state = 3
module = torch.nn.LSTM(hidden, state, batch_first=True, bidirectional=True)
weight, bias = parameter(labels, 2 * state), parameter(labels)
packed = torch.nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
read, _ = torch.nn.utils.rnn.pad_packed_sequence(module(packed)[0], batch_first=True, total_length=n)
scores = read @ weight.T + bias
inner = torch.tensor([[0 < i < length - 1 for i in range(n)] for length in lengths])
loss = F.cross_entropy(scores[inner], torch.tensor(tags)[inner])
parameters = {**{f"lstm.{name}": tensor for name, tensor in module.named_parameters()}, "classifier.weight": weight, "classifier.bias": bias}
golden["bilstm"] = {"state": state, "x": rounded(x), "loss": loss.item(), "best": [scores[b, 1:length - 1].argmax(-1).tolist() for b, length in enumerate(lengths)],
                    "parameters": {name: rounded(tensor) for name, tensor in parameters.items()}, "gradients": gradients(loss, {"x": x, **parameters})}

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "paper-a.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
