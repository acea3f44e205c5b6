"""Makes adamw.json: torch.optim.AdamW over two groups (a decayed matrix, an undecayed bias) with rates that change each
step. Run: python test/reference/adamw.py > test/reference/adamw.json   (torch 2.13.0, CPU)"""

import json

import torch

torch.manual_seed(7)
weight = torch.nn.Parameter(torch.randn(3, 4))
bias = torch.nn.Parameter(torch.randn(4))
start = {"weight": weight.tolist(), "bias": bias.tolist()}
optimiser = torch.optim.AdamW(
    [{"params": [weight], "weight_decay": 0.1}, {"params": [bias], "weight_decay": 0.0}],
    betas=(0.9, 0.999), eps=1e-8,
)
steps = []
for step in range(8):
    rates = {"encoder": 0.01 * (step + 1), "head": 0.05 / (step + 1)}
    optimiser.param_groups[0]["lr"] = rates["encoder"]
    optimiser.param_groups[1]["lr"] = rates["head"]
    weight.grad = torch.randn(3, 4) * 10.0 ** (step % 3 - 1)
    bias.grad = torch.randn(4)
    gradients = {"weight": weight.grad.tolist(), "bias": bias.grad.tolist()}
    optimiser.step()
    steps.append({"rates": rates, "gradients": gradients, "weight": weight.tolist(), "bias": bias.tolist()})

print(json.dumps({"start": start, "steps": steps}))
