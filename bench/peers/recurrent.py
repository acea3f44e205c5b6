"""PyTorch's side of the recurrent bench: torch.nn.GRU or LSTM, bidirectional, forward and backward for each line read.

Arguments: the tensors (safetensors: x, and the parameters by PyTorch's names), then the configuration as JSON.
"""
import json
import sys

import torch

from peer import answer_each_line, read_safetensors


def main():
    tensors = read_safetensors(sys.argv[1])
    c = json.loads(sys.argv[2])
    torch.set_num_threads(c["threads"])
    layer = getattr(torch.nn, c["layer"].upper())(c["inputs"], c["hidden"], batch_first=True, bidirectional=True)
    x = tensors.pop("x")
    layer.load_state_dict(tensors)

    def step():
        layer.zero_grad(set_to_none=True)
        x.grad = None
        y, _ = layer(x)
        loss = y.square().sum()
        loss.backward()
        return loss.detach()

    answer_each_line(step)


main()
