"""PyTorch's side of the training-step bench: the same encoder, weights, batch and optimiser, one step for each line read.

Arguments: the weights (safetensors), then the configuration as JSON. Prints {"ms", "loss"} for each step.
"""
import json
import sys
import time

import torch
import torch.nn.functional as F

from peer import read_safetensors


def encoder(p, c, ids, mask):
    batch, n, heads = c["batch"], c["length"], c["heads"]
    drop = lambda x: F.dropout(x, c["dropout"], training=True)
    linear = lambda x, name: F.linear(x, p[name + ".weight"], p[name + ".bias"])
    norm = lambda x, name: F.layer_norm(x, (c["hidden"],), p[name + ".weight"], p[name + ".bias"], c["epsilon"])
    split = lambda x: x.view(batch, n, heads, -1).transpose(1, 2)
    x = F.embedding(ids, p["embeddings.word_embeddings.weight"])
    x = x + p["embeddings.position_embeddings.weight"][:n] + p["embeddings.token_type_embeddings.weight"][0]
    x = drop(norm(x, "embeddings.LayerNorm"))
    for i in range(c["layers"]):
        at = f"encoder.layer.{i}"
        q, k, v = (split(linear(x, f"{at}.attention.self.{part}")) for part in ("query", "key", "value"))
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=c["dropout"])
        y = linear(y.transpose(1, 2).reshape(batch, n, -1), f"{at}.attention.output.dense")
        x = norm(x + drop(y), f"{at}.attention.output.LayerNorm")
        y = linear(F.gelu(linear(x, f"{at}.intermediate.dense")), f"{at}.output.dense")
        x = norm(x + drop(y), f"{at}.output.LayerNorm")
    return drop(x)


def main():
    p = read_safetensors(sys.argv[1])
    c = json.loads(sys.argv[2])
    torch.set_num_threads(c["threads"])
    torch.manual_seed(0)
    ids = torch.tensor(c["ids"]).view(c["batch"], c["length"])
    labels = torch.tensor(c["labels"])
    mask = torch.zeros(c["batch"], 1, 1, c["length"])
    optimiser = torch.optim.AdamW(p.values(), lr=c["learningRate"], eps=1e-8, weight_decay=c["decay"], fused=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        optimiser.zero_grad(set_to_none=True)
        x = encoder(p, c, ids, mask)
        logits = F.linear(x, p["classifier.weight"], p["classifier.bias"])
        loss = F.cross_entropy(logits.view(-1, logits.size(-1)), labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(p.values(), c["clipNorm"])
        optimiser.step()
        print(json.dumps({"ms": (time.perf_counter() - start) * 1e3, "loss": loss.item()}), flush=True)


main()
