"""Makes test/reference/recurrent.json: torch.nn.GRU and torch.nn.LSTM, bidirectional, over packed sequences (float64).

    python test/reference/recurrent.py        (needs torch)

The loss is the sum of the outputs times `weights`; every gradient is taken. The batch is not sorted by length.
"""
import json
import os

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
batch, n, inputs, hidden = 3, 5, 4, 3
lengths = [3, 5, 1]


def rounded(tensor):
    return torch.round(tensor.detach(), decimals=10).tolist()


golden = {"lengths": lengths}
for name, layer in (("gru", torch.nn.GRU), ("lstm", torch.nn.LSTM)):
    module = layer(inputs, hidden, batch_first=True, bidirectional=True)
    x = torch.randn(batch, n, inputs, requires_grad=True)
    weights = torch.randn(batch, n, 2 * hidden)
    packed = pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
    y, _ = pad_packed_sequence(module(packed)[0], batch_first=True, total_length=n)
    (y * weights).sum().backward()
    golden[name] = {
        "x": rounded(x), "weights": rounded(weights), "y": rounded(y), "dx": rounded(x.grad),
        "parameters": {key: rounded(value) for key, value in module.named_parameters()},
        "gradients": {key: rounded(value.grad) for key, value in module.named_parameters()},
    }

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "recurrent.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
