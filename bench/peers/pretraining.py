"""PyTorch's side of the pre-training bench: one update of a masked language model with rotary positions for each line read.

Arguments: the weights (safetensors, by the names of transformers' BertForMaskedLM), then the configuration as JSON.
"""
import json
import sys

import torch
import torch.nn.functional as F

from peer import answer_each_line, read_safetensors


def rotation(length, size, device):
    angles = torch.arange(length, device=device)[:, None] * 10000 ** (-torch.arange(0, size, 2, device=device) / size)
    return angles.cos().repeat_interleave(2, 1), angles.sin().repeat_interleave(2, 1)


def rotate(x, cosine, sine):
    swapped = torch.stack([-x[..., 1::2], x[..., ::2]], -1).reshape_as(x)
    return x * cosine + swapped * sine


def main():
    p = read_safetensors(sys.argv[1])
    c = json.loads(sys.argv[2])
    torch.set_num_threads(c["threads"])
    device = c["device"]
    p = {name: value.detach().to(device).requires_grad_() for name, value in p.items()}
    n, heads, hidden = c["length"], c["heads"], c["hidden"]
    cosine, sine = rotation(n, hidden // heads, device)
    batches = [{name: p.pop(f"batches.{i}.{name}").detach().long() for name in ("inputs", "positions", "labels")} for i in range(c["batches"])]
    groups = [{"params": [v for name, v in p.items() if (name in c["decayed"]) == decayed], "weight_decay": decayed * c["weightDecay"]}
              for decayed in (True, False)]
    optimiser = torch.optim.AdamW(groups, lr=c["learningRate"], betas=(0.9, c["beta2"]), eps=1e-8, fused=True)
    linear = lambda x, name: F.linear(x, p[name + ".weight"], p[name + ".bias"])
    norm = lambda x, name: F.layer_norm(x, (hidden,), p[name + ".weight"], p[name + ".bias"], c["layerNormEpsilon"])
    split = lambda x: x.view(c["batch"], n, heads, -1).transpose(1, 2)
    mask = torch.zeros(c["batch"], 1, 1, n, device=device)
    steps = iter(range(10**9))

    def step():
        batch = batches[next(steps) % len(batches)]
        optimiser.zero_grad(set_to_none=True)
        x = F.embedding(batch["inputs"].view(c["batch"], n), p["bert.embeddings.word_embeddings.weight"])
        x = norm(x + p["bert.embeddings.token_type_embeddings.weight"][0], "bert.embeddings.LayerNorm")
        for i in range(c["layers"]):
            at = f"bert.encoder.layer.{i}"
            q, k, v = (split(linear(x, f"{at}.attention.self.{part}")) for part in ("query", "key", "value"))
            y = F.scaled_dot_product_attention(rotate(q, cosine, sine), rotate(k, cosine, sine), v, attn_mask=mask)
            x = norm(x + linear(y.transpose(1, 2).reshape(c["batch"], n, -1), f"{at}.attention.output.dense"), f"{at}.attention.output.LayerNorm")
            x = norm(x + linear(F.gelu(linear(x, f"{at}.intermediate.dense")), f"{at}.output.dense"), f"{at}.output.LayerNorm")
        rows = x.reshape(-1, hidden)[batch["positions"]]
        rows = norm(F.gelu(linear(rows, "cls.predictions.transform.dense")), "cls.predictions.transform.LayerNorm")
        logits = F.linear(rows, p["bert.embeddings.word_embeddings.weight"], p["cls.predictions.bias"])
        loss = F.cross_entropy(logits, batch["labels"])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(p.values(), c["clipNorm"])
        optimiser.step()
        return loss.detach()

    answer_each_line(step)


main()
