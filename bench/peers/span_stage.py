"""PyTorch's side of the span-stage bench: the dense GlobalPointer formulation in public use, one step for each line read.

Arguments: inputs and weights (safetensors), then the configuration as JSON. Each line is {"masked", "projection"}: whether
spans of more than k tokens are masked, and whether the step begins at the encoder's output. Prints {"ms", "cpu", "value"}.
"""
import json
import sys
import time

import torch
import torch.nn.functional as F

from global_pointer import PointerLoss
from peer import cpu_ms, read_safetensors


def main():
    p = read_safetensors(sys.argv[1])
    c = json.loads(sys.argv[2])
    torch.set_num_threads(c["threads"])
    loss_of = PointerLoss(c["n"], c["types"], c["size"], c["lengths"], c["spans"], c["k"])

    for line in sys.stdin:
        way = json.loads(line)
        leaves = [p[name].detach().requires_grad_() for name in (["x", "weight", "bias"] if way["projection"] else ["vectors"])]
        start, cpu = time.perf_counter(), cpu_ms()
        loss = loss_of(F.linear(*leaves) if way["projection"] else leaves[0], way["masked"])
        loss.backward()
        ms, cpu = (time.perf_counter() - start) * 1e3, cpu_ms() - cpu
        print(json.dumps({"ms": ms, "cpu": cpu, "value": loss.item()}), flush=True)


main()
