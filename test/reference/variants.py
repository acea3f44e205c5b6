"""Makes test/reference/variants.json: the layers of paper B's further rows, written independently in PyTorch (float64).

    python test/reference/variants.py        (needs torch)

CRFs by enumeration of all label sequences, the shared pointer cell by cell from its equation, SoftLexicon by matching every substring
and summing every set, R-Drop's divergences by torch.nn.functional.kl_div.
"""
import itertools
import json
import os

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

torch.manual_seed(21)
torch.set_default_dtype(torch.float64)


def rounded(tensor):
    return torch.round(tensor.detach(), decimals=10).tolist()


def gradients(value, tensors):
    return {name: rounded(gradient) for name, gradient in zip(tensors, torch.autograd.grad(value, list(tensors.values()), retain_graph=True))}


# Taggers: O, B, I. Windows of 6, 4 and 3 tokens, of which the first and the last carry no tag.
batch, n, inputs, hidden, labels, lengths = 3, 6, 4, 2, 3, [6, 4, 3]
tags = [[1, 2, 0, 1], [0, 1], [1]]


def legal(path):
    return path[0] != 2 and (0, 2) not in zip(path, path[1:])


def parameter(*shape):
    return torch.randn(*shape, requires_grad=True)


def tagger(x, vectors, parameters):
    """`vectors` go into the emissions; the gradient is taken for x."""
    transitions, start, end = (parameters[f"crf.{name}"] for name in ("transitions", "start", "end"))
    emissions = vectors @ parameters["emission.weight"].T + parameters["emission.bias"]
    losses, best, marginals = [], [], []
    for example, length in enumerate(lengths):
        inner = emissions[example, 1:length - 1]

        def score(path):
            total = start[path[0]] + end[path[-1]] + sum(inner[t, label] for t, label in enumerate(path))
            return total + sum(transitions[a, b] for a, b in zip(path, path[1:]))

        paths = list(itertools.product(range(labels), repeat=length - 2))
        scores = torch.stack([score(path) for path in paths])
        losses.append(torch.logsumexp(scores, 0) - score(tags[example]))
        ranked = sorted(zip(paths, scores.tolist()), key=lambda pair: -pair[1])
        chosen = next(path for path, _ in ranked if legal(path))
        probabilities = torch.softmax(scores, 0)
        best.append(chosen)
        marginals.append([
            sum(probability for path, probability in zip(paths, probabilities) if path[t] == label).log().item() for t, label in enumerate(chosen)
        ])
    loss = torch.stack(losses).mean()
    return {
        "parameters": {name: rounded(value) for name, value in parameters.items()}, "loss": loss.item(),
        "gradients": gradients(loss, {"x": x, **parameters}), "best": best, "logMarginals": marginals,
    }


def chain(width):
    return {"emission.weight": parameter(labels, width), "emission.bias": parameter(labels),
            "crf.transitions": parameter(labels, labels), "crf.start": parameter(labels), "crf.end": parameter(labels)}


x = torch.randn(batch, n, inputs, requires_grad=True)
golden = {"lengths": lengths, "tags": tags, "x": rounded(x), "crf": tagger(x, x, chain(inputs))}
lstm = torch.nn.LSTM(inputs, hidden, batch_first=True, bidirectional=True)
packed = pack_padded_sequence(x, torch.tensor(lengths), batch_first=True)
vectors, _ = pad_packed_sequence(lstm(packed)[0], batch_first=True, total_length=n)
recurrent = {f"lstm.{name}": value for name, value in lstm.named_parameters()}
golden["bilstmCrf"] = {"hidden": hidden, **tagger(x, vectors, {**recurrent, **chain(2 * hidden)})}

# The parameter-sharing pointer.
types, size, spans = 3, 4, [(0, 0, 1, 4), (0, 0, 2, 3), (0, 1, 2, 3), (1, 2, 1, 2), (2, 0, 1, 1)]


def rotate(vector, position):
    """The pair (2i, 2i+1) turned by position * 10000^(-2i/d)."""
    d = vector.shape[-1]
    out = []
    for i in range(d // 2):
        angle = torch.tensor(position * 10000.0 ** (-2 * i / d))
        a, b = vector[2 * i], vector[2 * i + 1]
        out += [a * torch.cos(angle) - b * torch.sin(angle), a * torch.sin(angle) + b * torch.cos(angle)]
    return torch.stack(out)


def shared(scale, rope):
    parameters = {"weight": parameter(2 * size, inputs), "bias": parameter(2 * size),
                  "type.weight": parameter(2 * types, 2 * size), "type.bias": parameter(2 * types)}
    cells, total = [], 0
    for example, length in enumerate(lengths):
        both = [parameters["weight"] @ x[example, i] + parameters["bias"] for i in range(length)]
        for a in range(types):
            negative = positive = torch.tensor(1.0)
            for i in range(1, length - 1):
                for j in range(i, length - 1):
                    q, k = both[i][:size], both[j][size:]
                    pair = rotate(q, i) @ rotate(k, j) if rope else q @ k
                    kind = (parameters["type.weight"][a] @ both[i] + parameters["type.bias"][a]
                            + parameters["type.weight"][types + a] @ both[j] + parameters["type.bias"][types + a])
                    s = pair / (size ** 0.5 if scale else 1) + kind / 2
                    cells.append([example, a, i, j, s.item()])
                    if (example, a, i, j) in spans:
                        positive = positive + torch.exp(-s)
                    else:
                        negative = negative + torch.exp(s)
            total = total + torch.log(positive) + torch.log(negative)
    loss = total / (batch * types)
    return {"scale": scale, "rope": rope, "parameters": {name: rounded(value) for name, value in parameters.items()}, "cells": cells,
            "loss": loss.item(), "gradients": gradients(loss, {"x": x, **parameters})}


golden["shared"] = {"size": size, "types": types, "spans": spans, "cases": [shared(True, True), shared(False, False)]}

# SoftLexicon: the words of two texts, counted in a third and a fourth.
words, training = ["中", "中山", "中山西", "中山西路", "山西", "山西路", "路", "西路口"], ["我在中山西路", "山西路中路", "西路口中山"]
texts = ["中山西路口", "路中山"]


def occurrences(text):
    return [(s, e) for s in range(len(text)) for e in range(s + 1, len(text) + 1) if text[s:e] in words]


counts = {word: 0 for word in words}
for text in training:
    found = occurrences(text)
    for s, e in found:
        if not any(a <= s and e <= b and b - a > e - s for a, b in found):
            counts[text[s:e]] += 1
table = torch.randn(len(words), 3, requires_grad=True)
width = max(map(len, texts))
out = []
for text in texts:
    for position in range(width):
        sets = {"B": [], "M": [], "E": [], "S": []}
        for s, e in occurrences(text):
            if s <= position < e:
                kind = "S" if e - s == 1 else "B" if position == s else "E" if position == e - 1 else "M"
                sets[kind].append(text[s:e])
        z = sum(max(1, counts[word]) for members in sets.values() for word in members)
        for members in sets.values():
            out.append(sum((4 / z * max(1, counts[word]) * table[words.index(word)] for word in members), torch.zeros(3)))
soft = torch.stack(out).reshape(len(texts), width, 12)
weights = torch.randn(soft.shape)
golden["softLexicon"] = {
    "words": words, "training": training, "counts": [counts[word] for word in words], "texts": texts, "table": rounded(table),
    "vectors": rounded(soft), "weights": rounded(weights), "gradient": gradients((soft * weights).sum(), {"table": table})["table"],
}

# R-Drop's divergences.
first, second = parameter(2, 4, 5), parameter(2, 4, 5)
mask = torch.tensor([[0.0, 1, 1, 0], [0, 1, 0, 0]])
p, q = torch.log_softmax(first, -1), torch.log_softmax(second, -1)
kl = torch.nn.functional.kl_div
tokens = ((kl(q, p, log_target=True, reduction="none") + kl(p, q, log_target=True, reduction="none")).sum(-1) * mask).sum() / mask.sum()


def bernoulli(s):
    return torch.stack([torch.nn.functional.logsigmoid(s), torch.nn.functional.logsigmoid(-s)], -1)


a, b = bernoulli(first), bernoulli(second)
cells = (kl(b, a, log_target=True, reduction="none") + kl(a, b, log_target=True, reduction="none")).sum() / 8
golden["rDrop"] = {
    "first": rounded(first), "second": rounded(second), "mask": mask.tolist(), "rows": 8,
    "softmax": {"value": tokens.item(), "gradients": gradients(tokens, {"first": first, "second": second})},
    "bernoulli": {"value": cells.item(), "gradients": gradients(cells, {"first": first, "second": second})},
}

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "variants.json"), "w") as file:
    json.dump(golden, file, ensure_ascii=False)
    file.write("\n")
