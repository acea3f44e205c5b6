"""PyTorch's side of the fused bench: one operation, with its gradients or forward only, or one update, for each line read.

Arguments: the tensors (safetensors: the inputs and dy; or parameters and their gradients), then the configuration as JSON.
Lines: "forward" or "with gradients"; for an update, anything.
"""
import collections
import json
import math
import sys
import time

import torch
import torch.nn.functional as F

from global_pointer import PointerLoss
from peer import cpu_ms, read_safetensors


def split(x, c):
    return x.view(c["batch"], c["length"], c["heads"], -1).transpose(1, 2)


def attention(q, k, v, mask):
    return F.scaled_dot_product_attention(q, k, v, attn_mask=((1 - mask) * -1e4)[:, None, None, :])


def norm(x, p, c):
    return F.layer_norm(x, x.shape[-1:], p["scale"], p["shift"], c["epsilon"])


def dense(x, p, name):
    return F.linear(x, p[name + ".weight"], p[name + ".bias"])


def attention_block(p, k, c):
    x = p["x"]
    y = attention(*(split(dense(x, p, name), c) for name in ("query", "key", "value")), k["mask"])
    return norm(x + dense(y.transpose(1, 2).reshape(x.shape), p, "output"), p, c)


def pointer_loss(p, k, c):
    if "pointer" not in c:  # its masks and labels are made once
        c["pointer"] = PointerLoss(c["length"], c["types"], c["size"], k["lengths"].tolist(), k["spans"].tolist())
    return c["pointer"](p["vectors"])


# By ours' names: of the inputs, the constants and the configuration.
OPERATIONS = {
    "linear": lambda p, k, c: F.linear(p["x"], p["weight"], p["bias"]),
    "layer norm": lambda p, k, c: norm(p["x"], p, c),
    "add norm": lambda p, k, c: norm(p["x"] + p["h"], p, c),
    "GELU": lambda p, k, c: F.gelu(p["x"]),
    "attention": lambda p, k, c: attention(p["q"], p["k"], p["v"], k["mask"]),
    "attention block": attention_block,
    "feed-forward block": lambda p, k, c: norm(p["x"] + dense(F.gelu(dense(p["x"], p, "widen")), p, "narrow"), p, c),
    "dropout": lambda p, k, c: F.dropout(p["x"], c["rate"], training=True),
    "embedding": lambda p, k, c: F.embedding(k["ids"], p["table"]),
    "softmax cross-entropy": lambda p, k, c: F.cross_entropy(p["logits"], k["labels"]),
    "pointer loss": pointer_loss,
}


def operation(tensors, c):
    dy = tensors.pop("dy").detach()
    types = {"int32": torch.int64, "float32": torch.float32}
    constants = {
        name: torch.tensor(given["values"], dtype=types[given["dtype"]], device=c["device"]).view(given["shape"])
        for name, given in c["constants"].items()
    }
    compute = OPERATIONS[c["operation"]]

    def step(way):
        if way == "forward":
            with torch.inference_mode():
                return [compute(tensors, constants, c)]
        y = compute(tensors, constants, c)
        return [y, *torch.autograd.grad(y, list(tensors.values()), dy)]

    return step


def update(tensors, c):
    prefix = "gradient of "
    parameters = {name: tensor for name, tensor in tensors.items() if not name.startswith(prefix)}
    for name, parameter in parameters.items():
        parameter.grad = tensors[prefix + name].detach()
    parameters = list(parameters.values())
    if c["operation"] == "AdamW":
        optimiser = torch.optim.AdamW(
            parameters, lr=c["learningRate"], betas=(c["beta1"], c["beta2"]), eps=c["epsilon"], weight_decay=c["decay"], fused=True
        )

        def step(_):
            optimiser.step()
            return parameters

        return step
    most = 1.0

    def clip(_):
        nonlocal most
        most /= 2
        torch.nn.utils.clip_grad_norm_(parameters, most)
        return [parameter.grad for parameter in parameters]

    return clip


def fingerprint(tensors):
    flat = [tensor.detach().double().flatten() for tensor in tensors]
    norms = [float(values.norm()) for values in flat]
    total = 0.0
    for values, norm in zip(flat, norms):
        if norm >= 1e-5 * max(norms):
            ramp = (torch.arange(values.numel(), device=values.device) % 97).double() / 48 - 1
            total += math.log(norm) + float(values @ ramp) / norm
    return total


def shared_zeros(tensors):
    y, dx = tensors
    return float((y * dx).double().abs().sum())


def main():
    tensors = read_safetensors(sys.argv[1])
    c = json.loads(sys.argv[2])
    torch.set_num_threads(c["threads"])
    torch.manual_seed(0)
    tensors = {name: tensor.detach().to(c["device"]).requires_grad_() for name, tensor in tensors.items()}
    step = (operation if c["operation"] in OPERATIONS else update)(tensors, c)
    check = shared_zeros if c.get("random") else fingerprint
    taken = collections.Counter()
    for line in sys.stdin:
        start, cpu = time.perf_counter(), cpu_ms()
        results = step(line.strip())
        results[0].detach().view(-1)[0].item()
        ms, cpu = (time.perf_counter() - start) * 1e3, cpu_ms() - cpu
        taken[line] += 1
        value = check(results) if taken[line] <= c["checks"] else 0.0
        print(json.dumps({"ms": ms, "cpu": cpu, "value": value}), flush=True)


main()
