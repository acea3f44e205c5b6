"""PyTorch's side of the crf bench: the usual batched CRF, its loss and gradients for each line read.

Arguments: the tensors (safetensors: emissions, transitions, start, end), then the configuration as JSON, with the tags.
The forward algorithm runs over tokens, the batch side by side: one log-sum-exp of [batch, labels, labels] a token.
"""
import json
import sys

import torch

from peer import answer_each_line, read_safetensors


def negative_log_likelihood(emissions, transitions, start, end, tags):
    batch, n, _ = emissions.shape
    states = start + emissions[:, 0]
    for t in range(1, n):
        states = torch.logsumexp(states.unsqueeze(2) + transitions + emissions[:, t].unsqueeze(1), 1)
    partition = torch.logsumexp(states + end, 1)
    gold = emissions.gather(2, tags.unsqueeze(2)).squeeze(2).sum(1) + start[tags[:, 0]] + end[tags[:, -1]]
    gold = gold + transitions[tags[:, :-1], tags[:, 1:]].sum(1)
    return (partition - gold).mean()


def main():
    p = read_safetensors(sys.argv[1])
    c = json.loads(sys.argv[2])
    torch.set_num_threads(c["threads"])
    tags = torch.tensor(c["tags"]).view(c["batch"], c["length"])

    def step():
        for tensor in p.values():
            tensor.grad = None
        loss = negative_log_likelihood(p["emissions"], p["transitions"], p["start"], p["end"], tags)
        loss.backward()
        return loss.detach()

    answer_each_line(step)


main()
