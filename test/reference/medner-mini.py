"""Makes test/reference/medner-mini.json: what transformers computes with the encoder that the project ships.

    python test/reference/medner-mini.py        (needs torch, transformers, safetensors)

For each sentence: its tokens by the shipped tokenizer.json, the last hidden state's first and last numbers at every token, and the
likeliest tokens at [MASK] with their probabilities.
"""
import json
import os

import torch
from transformers import AutoModelForMaskedLM, AutoTokenizer

here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, "..", "..", "data", "models", "medner-mini")
tokenizer = AutoTokenizer.from_pretrained(folder)
model, loading = AutoModelForMaskedLM.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
model.eval()
assert not loading["unexpected_keys"] and not loading["mismatched_keys"], loading

sentences = [
    "高血压患者应当长期服用降[MASK]药物。",
    "患儿发[MASK]、咳嗽三天，体温最高39℃，予阿莫西林0.25g口服。",
    "急性阑[MASK]炎表现为转移性右下腹疼痛(McBurney点压痛)。",
]
golden = []
for sentence in sentences:
    inputs = tokenizer(sentence, return_tensors="pt")
    with torch.no_grad():
        out = model(**inputs, output_hidden_states=True)
    ids = inputs["input_ids"][0]
    at = (ids == tokenizer.mask_token_id).nonzero().flatten().tolist()
    best = out.logits[0, at].softmax(-1).topk(5)
    golden.append({
        "text": sentence,
        "ids": ids.tolist(),
        "hidden": [[row[0].item(), row[-1].item()] for row in out.hidden_states[-1][0]],
        "guesses": [tokenizer.convert_ids_to_tokens(row) for row in best.indices.tolist()],
        "probabilities": best.values.tolist(),
    })
with open(os.path.join(here, "medner-mini.json"), "w", encoding="utf-8") as file:
    json.dump(golden, file, ensure_ascii=False)
    file.write("\n")
