"""PyTorch's side of the span-stage bench: the dense GlobalPointer formulation in public use, one step for each line read.

Arguments: inputs and weights (safetensors), then the configuration as JSON. Each line is {"masked", "projection"}: whether
spans of more than k tokens are masked, and whether the step begins at the encoder's output. Prints {"ms", "cpu", "value"}.
"""
import json
import sys
import time

import torch
import torch.nn.functional as F

from peer import cpu_ms, read_safetensors


def rotate(x, cosine, sine):
    swapped = torch.stack([-x[..., 1::2], x[..., ::2]], dim=-1).reshape(x.shape)
    return x * cosine + swapped * sine


def multilabel_crossentropy(labels, scores):
    scores = (1 - 2 * labels) * scores
    negative = scores - labels * 1e12
    positive = scores - (1 - labels) * 1e12
    zeros = torch.zeros_like(scores[..., :1])
    negative = torch.logsumexp(torch.cat([negative, zeros], dim=-1), dim=-1)
    positive = torch.logsumexp(torch.cat([positive, zeros], dim=-1), dim=-1)
    return (negative + positive).mean()


def main():
    p = read_safetensors(sys.argv[1])
    c = json.loads(sys.argv[2])
    torch.set_num_threads(c["threads"])
    batch, n, types, size = c["batch"], c["n"], c["types"], c["size"]
    angle = torch.arange(n)[:, None] * 10000.0 ** (-2 * torch.arange(size // 2) / size)
    cosine, sine = (table.repeat_interleave(2, dim=-1)[None, :, None, :] for table in (angle.cos(), angle.sin()))
    tokens = torch.arange(n)
    inner = torch.stack([(1 <= tokens) & (tokens <= length - 2) for length in c["lengths"]]).float()
    labels = torch.zeros(batch, types, n, n)
    for example, kind, first, last in c["spans"]:
        labels[example, kind, first, last] = 1
    labels = labels.reshape(batch * types, n * n)
    lower = torch.tril(torch.ones(n, n), -1)
    far = torch.triu(torch.ones(n, n), c["k"])

    def loss_of(vectors, masked):
        q, k = vectors.view(batch, n, types, 2, size).unbind(3)  # [batch, n, types, size]
        scores = torch.einsum("bmhd,bnhd->bhmn", rotate(q, cosine, sine), rotate(k, cosine, sine))
        pair = inner[:, None, :, None] * inner[:, None, None, :]
        scores = scores * pair - (1 - pair) * 1e12 - lower * 1e12
        if masked:
            scores = scores - far * 1e12
        return multilabel_crossentropy(labels, scores.reshape(batch * types, n * n) / size**0.5)

    for line in sys.stdin:
        way = json.loads(line)
        leaves = [p[name].detach().requires_grad_() for name in (["x", "weight", "bias"] if way["projection"] else ["vectors"])]
        start, cpu = time.perf_counter(), cpu_ms()
        loss = loss_of(F.linear(*leaves) if way["projection"] else leaves[0], way["masked"])
        loss.backward()
        ms, cpu = (time.perf_counter() - start) * 1e3, cpu_ms() - cpu
        print(json.dumps({"ms": ms, "cpu": cpu, "value": loss.item()}), flush=True)


main()
