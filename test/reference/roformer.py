"""Makes test/reference/roformer/: a tiny random RoFormerForMaskedLM as transformers writes it, and what it computes.

    python test/reference/roformer.py        (needs torch, transformers, safetensors)

RoFormer is BERT with rotary positions: what `medner pretrain` trains. golden.json holds the last hidden states, the logits at hidden
positions and the loss; gradients.safetensors the loss's gradient of every parameter; vocab.txt a token for each row of the table.
"""
import json
import os

import torch
from safetensors.torch import save_file
from transformers import RoFormerConfig, RoFormerForMaskedLM

out = os.path.join(os.path.dirname(os.path.abspath(__file__)), "roformer")
os.makedirs(out, exist_ok=True)
torch.manual_seed(11)

config = RoFormerConfig(vocab_size=40, hidden_size=16, embedding_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24,
                        max_position_embeddings=32, rotary_value=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
model = RoFormerForMaskedLM(config)
with torch.no_grad():
    for name, parameter in model.named_parameters():
        if "embed_positions" in name:
            continue
        noise = 0.3 * torch.randn_like(parameter)
        parameter.copy_(1 + noise if "LayerNorm.weight" in name else noise)
model.save_pretrained(out)
if os.path.exists(os.path.join(out, "generation_config.json")):
    os.remove(os.path.join(out, "generation_config.json"))
tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [chr(0x75C5 + i) for i in range(config.vocab_size - 5)]
with open(os.path.join(out, "vocab.txt"), "w", encoding="utf-8") as file:
    file.write("\n".join(tokens) + "\n")

ids = torch.tensor([[2, 9, 4, 30, 22, 8, 39, 3], [2, 4, 5, 26, 3, 0, 0, 0]])
mask = (torch.arange(8)[None] < torch.tensor([8, 5])[:, None]).long()
labels = torch.full_like(ids, -100)
for row, column, label in [(0, 2, 17), (0, 5, 8), (1, 1, 11)]:
    labels[row, column] = label
result = model(input_ids=ids, attention_mask=mask, labels=labels, output_hidden_states=True)
result.loss.backward()
hidden = labels >= 0
golden = {
    "ids": ids.tolist(), "mask": mask.tolist(), "positions": hidden.flatten().nonzero().flatten().tolist(), "labels": labels[hidden].tolist(),
    "hidden": result.hidden_states[-1].tolist(), "logits": result.logits[hidden].tolist(), "loss": result.loss.item(),
}
with open(os.path.join(out, "golden.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
save_file({name: parameter.grad for name, parameter in model.named_parameters() if parameter.grad is not None},
          os.path.join(out, "gradients.safetensors"))
