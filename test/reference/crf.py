"""Makes test/reference/crf.json: a linear-chain CRF by enumeration of all label sequences, in PyTorch (float64).

    python test/reference/crf.py        (needs torch)

`best` is the highest-scoring sequence, `legal` the highest-scoring one without the forbidden transitions and starts.
"""
import itertools
import json
import os

import torch

torch.manual_seed(8)
torch.set_default_dtype(torch.float64)
labels, n = 4, 5
lengths = [5, 3, 1]
tags = [[0, 1, 2, 2, 3], [3, 0, 1, 0, 0], [2, 0, 0, 0, 0]]
# O, B, I of one type and B of another: I follows only B and I of its own.
forbidden, forbidden_starts = [(0, 2), (3, 2)], [2]


def rounded(tensor):
    return torch.round(tensor.detach(), decimals=10).tolist()


emissions = (2 * torch.randn(len(lengths), n, labels)).requires_grad_()
transitions = torch.randn(labels, labels, requires_grad=True)
start, end = torch.randn(labels, requires_grad=True), torch.randn(labels, requires_grad=True)
parameters = {"emissions": emissions, "transitions": transitions, "start": start, "end": end}


def score(example, path):
    total = start[path[0]] + end[path[-1]] + sum(emissions[example, t, label] for t, label in enumerate(path))
    return total + sum(transitions[a, b] for a, b in zip(path, path[1:]))


def legal(path):
    return path[0] not in forbidden_starts and not any(pair in forbidden for pair in zip(path, path[1:]))


partitions, best, best_legal, gold = [], [], [], []
for example, length in enumerate(lengths):
    paths = list(itertools.product(range(labels), repeat=length))
    scores = torch.stack([score(example, path) for path in paths])
    partitions.append(torch.logsumexp(scores, 0))
    ranked = sorted(paths, key=lambda path: -score(example, path).item())
    best.append(ranked[0])
    best_legal.append(next(path for path in ranked if legal(path)))
    gold.append(score(example, tags[example][:length]))
partition = torch.stack(partitions)
weights = torch.tensor([1.0, -0.5, 2.0])
loss = (partition - torch.stack(gold)).mean()


def gradients(value):
    return dict(zip(parameters, map(rounded, torch.autograd.grad(value, list(parameters.values()), retain_graph=True))))


golden = {
    "lengths": lengths, "tags": tags, "forbidden": forbidden, "forbiddenStarts": forbidden_starts,
    "parameters": {name: rounded(value) for name, value in parameters.items()}, "partition": rounded(partition),
    "weights": weights.tolist(), "gradients": gradients((partition * weights).sum()),
    "loss": loss.item(), "lossGradients": gradients(loss), "best": best, "legal": best_legal,
}
assert best != best_legal
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "crf.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
