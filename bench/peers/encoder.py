"""PyTorch's side of the encoder benches: the same encoder, weights, batch and optimiser, one step for each line read.

Arguments: the weights (safetensors), then the case as JSON. Prints {} when ready; each step also tells "mebibytes", the most
memory so far beyond what the process held before its first step.
"""
import contextlib
import json
import sys

import torch
import torch.nn.functional as F

from peer import answer_each_line, read_safetensors


def encoder(p, c, ids, mask):
    batch, n, heads = c["batch"], c["length"], c["heads"]
    rate = c["dropout"] if c["mode"] == "training" else 0.0
    drop = lambda x: F.dropout(x, rate, training=True) if rate > 0 else x
    linear = lambda x, name: F.linear(x, p[name + ".weight"], p[name + ".bias"])
    norm = lambda x, name: F.layer_norm(x, (c["hidden"],), p[name + ".weight"], p[name + ".bias"], c["epsilon"])
    split = lambda x: x.view(batch, n, heads, -1).transpose(1, 2)
    x = F.embedding(ids, p["embeddings.word_embeddings.weight"])
    x = x + p["embeddings.position_embeddings.weight"][:n] + p["embeddings.token_type_embeddings.weight"][0]
    x = drop(norm(x, "embeddings.LayerNorm"))
    for i in range(c["layers"]):
        at = f"encoder.layer.{i}"
        q, k, v = (split(linear(x, f"{at}.attention.self.{part}")) for part in ("query", "key", "value"))
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask.to(q.dtype), dropout_p=rate)
        y = linear(y.transpose(1, 2).reshape(batch, n, -1), f"{at}.attention.output.dense")
        x = norm(x + drop(y), f"{at}.attention.output.LayerNorm")
        y = linear(F.gelu(linear(x, f"{at}.intermediate.dense")), f"{at}.output.dense")
        x = norm(x + drop(y), f"{at}.output.LayerNorm")
    return F.linear(drop(x), p["classifier.weight"], p["classifier.bias"])


def resident(field):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(field + ":")) / 1024


def main():
    p = read_safetensors(sys.argv[1])
    c = json.loads(sys.argv[2])
    torch.set_num_threads(c["threads"])
    torch.manual_seed(0)
    device = c["device"]
    p = {name: value.detach().to(device).requires_grad_() for name, value in p.items()}
    ids = torch.tensor(c["ids"], device=device).view(c["batch"], c["length"])
    labels = torch.tensor(c["labels"], device=device)
    mask = torch.zeros(c["batch"], 1, 1, c["length"], device=device)
    optimiser = torch.optim.AdamW(p.values(), lr=c["learningRate"], eps=1e-8, weight_decay=c["decay"], fused=True)
    half = c["precision"] == "bfloat16"
    precision = (lambda: torch.autocast(device.split(":")[0], dtype=torch.bfloat16)) if half else contextlib.nullcontext

    def train():
        optimiser.zero_grad(set_to_none=True)
        with precision():
            logits = encoder(p, c, ids, mask)
            loss = F.cross_entropy(logits.float().view(-1, logits.size(-1)), labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(p.values(), c["clipNorm"])
        optimiser.step()
        return loss.item()

    def infer():
        with torch.inference_mode(), precision():
            encoder(p, c, ids, mask).argmax(2).tolist()
        return 0.0

    step = train if c["mode"] == "training" else infer
    with open("/proc/self/clear_refs", "w") as reset:  # the peak counts from here
        reset.write("5")
    before = resident("VmRSS")
    print("{}", flush=True)
    answer_each_line(step, lambda: {"mebibytes": resident("VmHWM") - before})


main()
