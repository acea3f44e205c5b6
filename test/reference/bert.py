"""Makes test/reference/bert/: a tiny random BERT as published checkpoints come, and what transformers computes with it.

    python test/reference/bert.py        (needs torch, transformers, safetensors, h5py, msgpack, numpy)

model.safetensors is written by transformers itself. TensorFlow and flax no longer run with transformers 5, so their files are
written here in the layouts that TFBertForPreTraining.save_pretrained and FlaxBertForPreTraining.save_pretrained wrote up to
version 4: tf_model.h5 is Keras's weight format, one group a layer (`bert`, `nsp___cls`, `mlm___cls`, the last repeating the
shared embeddings), datasets named by the weight's scope; kernels are [in, out]. tf_model_einsum.h5 has the shapes of
transformers 4.1-4.2, where attention's kernels keep the heads apart. flax_model.msgpack is flax.serialization.to_bytes of the
parameter tree: arrays are msgpack extension type 1 holding (shape, dtype name, bytes). Name rules:
transformers/modeling_tf_pytorch_utils.py and modeling_flax_pytorch_utils.py.
"""
import json
import os

import h5py
import msgpack
import numpy as np
import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertForPreTraining

out = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bert")
os.makedirs(out, exist_ok=True)
torch.manual_seed(7)

config = BertConfig(vocab_size=40, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24,
                    max_position_embeddings=12, attn_implementation="eager")
model = BertForPreTraining(config).eval()
with torch.no_grad():
    for name, parameter in model.named_parameters():
        noise = 0.3 * torch.randn_like(parameter)
        parameter.copy_(1 + noise if "LayerNorm.weight" in name else noise)
model.save_pretrained(out)
if os.path.exists(os.path.join(out, "generation_config.json")):
    os.remove(os.path.join(out, "generation_config.json"))
tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [chr(0x4E00 + i) for i in range(config.vocab_size - 5)]
with open(os.path.join(out, "vocab.txt"), "w", encoding="utf-8") as file:
    file.write("\n".join(tokens) + "\n")

# What transformers computes: the last hidden state, and the gradients of its weighted sum.
ids = torch.tensor([[2, 9, 17, 30, 22, 8, 39, 3], [2, 11, 5, 26, 3, 0, 0, 0]])
mask = (torch.arange(8)[None] < torch.tensor([8, 5])[:, None]).float()
weights = torch.randn(2, 8, 16) * mask[..., None]
hidden = model.bert(input_ids=ids, attention_mask=mask).last_hidden_state
(hidden * weights).sum().backward()
golden = {"ids": ids.tolist(), "mask": mask.tolist(), "weights": weights.tolist(), "hidden": hidden.tolist()}
with open(os.path.join(out, "golden.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
save_file({name: parameter.grad for name, parameter in model.named_parameters()
           if parameter.grad is not None and name.startswith("bert.") and "pooler" not in name},
          os.path.join(out, "gradients.safetensors"))

state = {name: tensor.numpy() for name, tensor in model.state_dict().items()}


def tensorflow_name(name, scope):
    """`bert.encoder.layer.0.output.dense.weight` -> `SCOPE/bert/encoder/layer_._0/output/dense/kernel:0`."""
    levels = name.split(".")
    leaf = levels.pop()
    if levels[-1] == "LayerNorm":
        leaf = {"weight": "gamma", "bias": "beta"}[leaf]
    elif levels[-1] in ("position_embeddings", "token_type_embeddings"):
        leaf = "embeddings"
    elif levels[-1] != "word_embeddings" and leaf == "weight":
        leaf = "kernel"
    if levels[0] == "cls":
        levels[0] = "mlm___cls" if levels[1] == "predictions" else "nsp___cls"
    path = "/".join(levels + [leaf]).replace("/layer/", "/layer_._")
    return f"{scope}/{path}:0"


def write_keras(file_name, einsum):
    scope = "tf_bert_for_pre_training"
    heads, size = config.num_attention_heads, config.hidden_size // config.num_attention_heads
    groups = {"bert": {}, "nsp___cls": {}, "mlm___cls": {}}
    for name, value in state.items():
        if "decoder" in name or name.endswith("position_ids"):
            continue  # tied to the word embeddings
        stored = tensorflow_name(name, scope)
        if stored.endswith("kernel:0"):
            value = value.T
        if einsum and ".attention.self." in name:
            value = value.reshape(value.shape[:-1] + (heads, size))
        if einsum and name.endswith("attention.output.dense.weight"):
            value = value.reshape(heads, size, -1)
        group = "bert" if name.startswith("bert.") else stored.split("/")[1]
        groups[group][stored] = value
        if name.startswith("bert.embeddings."):
            groups["mlm___cls"][stored] = value
    with h5py.File(os.path.join(out, file_name), "w") as file:
        file.attrs["layer_names"] = [name.encode() for name in groups]
        file.attrs["backend"] = b"tensorflow"
        file.attrs["keras_version"] = b"2.15.0"
        for group, values in groups.items():
            node = file.create_group(group)
            node.attrs["weight_names"] = [name.encode() for name in values]
            for name, value in values.items():
                node.create_dataset(name, data=np.ascontiguousarray(value))
        file.create_group("top_level_model_weights").attrs["weight_names"] = np.array([], dtype="S1")


write_keras("tf_model.h5", einsum=False)
write_keras("tf_model_einsum.h5", einsum=True)

tree = {}
for name, value in state.items():
    if "decoder" in name or name.endswith("position_ids"):
        continue
    levels = name.split(".")
    leaf = levels.pop()
    if leaf == "weight":
        leaf = "scale" if levels[-1] == "LayerNorm" else "embedding" if levels[-1].endswith("embeddings") else "kernel"
    if leaf == "kernel":
        value = value.T
    node = tree
    for level in levels:
        node = node.setdefault(level, {})
    node[leaf] = np.ascontiguousarray(value)


def pack_array(value):
    return msgpack.ExtType(1, msgpack.packb((value.shape, value.dtype.name, value.tobytes("C")), use_bin_type=True))


with open(os.path.join(out, "flax_model.msgpack"), "wb") as file:
    file.write(msgpack.packb(tree, default=pack_array, strict_types=True))
