"""Writes test/reference/local-models: models of a few kilobytes whose answers can be told by hand, in the form that transformers.js loads.

    pip install onnx && python test/reference/local-models.py

chat      a chain of tokens: the reply to anything is 好 的, then 甲 or 乙 by a fair draw, then the end
endless   the same chain, closed to a ring: its reply never ends
there     a dictionary of characters, from Chinese into letters; each word's translation is its own, in order
back      and back, where 痛 has become 疼; it knows the token >>cmn_Hans<< and wants it first
circling  a dictionary that never ends its sentence
"""
import json
from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

root = Path(__file__).parent / "local-models"
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


def constant(name, values, dtype=np.int64):
    return numpy_helper.from_array(np.array(values, dtype=dtype), name)


def write(folder, file, nodes, inputs, outputs, constants):
    value = helper.make_tensor_value_info
    graph = helper.make_graph(nodes, "graph", [value(*i) for i in inputs], [value(*o) for o in outputs], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    (root / folder / "onnx").mkdir(parents=True, exist_ok=True)
    save(model, root / folder / "onnx" / file)


def write_json(folder, **files):
    (root / folder).mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (root / folder / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


# What both kinds of cache hold: ones, as many as tokens went by.
def cache_nodes(past, present):
    return [
        helper.make_node("Shape", ["input_ids"], ["ids_shape"]),
        helper.make_node("Gather", ["ids_shape", "zero"], ["batch"], axis=0),
        helper.make_node("Gather", ["ids_shape", "one"], ["length"], axis=0),
        helper.make_node("Concat", ["batch", "one", "length", "one"], ["new_shape"], axis=0),
        helper.make_node("ConstantOfShape", ["new_shape"], ["new"], value=helper.make_tensor("v", FLOAT, [1], [1.0])),
        *(helper.make_node("Concat", [f"{past}.{part}", "new"], [f"{present}.{part}"], axis=2) for part in ("key", "value")),
    ]


def cache_values(prefix, length):
    return [(f"{prefix}.{part}", FLOAT, ["batch_size", 1, length, 1]) for part in ("key", "value")]


def chat(folder, closed):
    special = ["<unk>", "<eos>", "<|system|>", "<|user|>", "<|assistant|>"]
    tokens = special + list("好的甲乙咳嗽？")
    ids = {token: i for i, token in enumerate(tokens)}
    # Logits of the next token by the last one.
    table = np.full((len(tokens), len(tokens)), -50.0, dtype=np.float32)
    chain = {"<|assistant|>": "好", "好": "的", "甲": "<eos>", "乙": "<eos>", "<eos>": "<eos>"}
    for token, following in chain.items():
        table[ids[token], ids["好" if closed and following == "<eos>" else following]] = 50
    table[ids["的"], [ids["甲"], ids["乙"]]] = 50
    write(
        folder, "model.onnx",
        [helper.make_node("Gather", ["table", "input_ids"], ["logits"], axis=0), *cache_nodes("past_key_values.0", "present.0")],
        [("input_ids", INT64, ["batch_size", "sequence"]), ("attention_mask", INT64, ["batch_size", "total"]), *cache_values("past_key_values.0", "past")],
        [("logits", FLOAT, ["batch_size", "sequence", len(tokens)]), *cache_values("present.0", "total")],
        [constant("table", table, np.float32), constant("zero", [0]), constant("one", [1])],
    )
    write_json(
        folder,
        config={"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": len(tokens), "hidden_size": 1, "num_hidden_layers": 1,
                "num_attention_heads": 1, "num_key_value_heads": 1, "bos_token_id": 0, "eos_token_id": 1},
        generation_config={"eos_token_id": 1, "bos_token_id": 0, "pad_token_id": 1},
        tokenizer={
            "version": "1.0", "normalizer": None, "post_processor": None, "decoder": {"type": "Fuse"},
            "pre_tokenizer": {"type": "Split", "pattern": {"Regex": ""}, "behavior": "Isolated", "invert": False},
            "added_tokens": [{"id": i, "content": token, "special": True, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False} for i, token in enumerate(special)],
            "model": {"type": "WordLevel", "vocab": ids, "unk_token": "<unk>"},
        },
        tokenizer_config={
            "tokenizer_class": "PreTrainedTokenizer", "unk_token": "<unk>", "eos_token": "<eos>", "clean_up_tokenization_spaces": False,
            "chat_template": "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}",
        },
    )


def translator(folder, words, prefix=None, ends=True):
    sources, targets = sorted(set(words)), sorted(set(words.values()))
    tokens = ["</s>", "<unk>", "<pad>", "▁", *([prefix] if prefix else []), *dict.fromkeys(sources + targets)]
    ids = {token: i for i, token in enumerate(tokens)}
    size = len(tokens)
    meaning = np.full((size, size), -50.0, dtype=np.float32)
    for token, i in ids.items():
        meaning[i, ids[words.get(token, "<unk>")]] = 50
    meaning[0, :] = -50
    meaning[0, 0 if ends else ids[targets[0]]] = 50
    meaning[3, :] = -50
    meaning[3, 3] = 50
    # What the source does not open with is read from its first word on.
    if prefix:
        meaning[ids[prefix], :] = -50
        meaning[ids[prefix], ids["▁"]] = 50
    write(
        folder, "encoder_model.onnx",
        [helper.make_node("OneHot", ["input_ids", "size", "values"], ["last_hidden_state"], axis=-1)],
        [("input_ids", INT64, ["batch_size", "source"]), ("attention_mask", INT64, ["batch_size", "source"])],
        [("last_hidden_state", FLOAT, ["batch_size", "source", size])],
        [constant("size", [size]), constant("values", [0, 1], np.float32)],
    )
    past = "past_key_values.0.decoder"
    write(
        folder, "decoder_model_merged.onnx",
        [
            *cache_nodes(past, "present.0.decoder"),
            # The word at the place of the token to come: as many as went by, at most the last.
            helper.make_node("Shape", [f"{past}.key"], ["past_shape"]),
            helper.make_node("Gather", ["past_shape", "two"], ["gone"], axis=0),
            helper.make_node("Shape", ["encoder_hidden_states"], ["source_shape"]),
            helper.make_node("Gather", ["source_shape", "one"], ["source_length"], axis=0),
            helper.make_node("Sub", ["source_length", "one"], ["last"]),
            helper.make_node("Min", ["gone", "last"], ["place"]),
            helper.make_node("Gather", ["encoder_hidden_states", "place"], ["word"], axis=1),
            helper.make_node("MatMul", ["word", "meaning"], ["logits"]),
        ],
        [("input_ids", INT64, ["batch_size", "target"]), ("encoder_attention_mask", INT64, ["batch_size", "source"]),
         ("encoder_hidden_states", FLOAT, ["batch_size", "source", size]), *cache_values(past, "past")],
        [("logits", FLOAT, ["batch_size", "target", size]), *cache_values("present.0.decoder", "total")],
        [constant("meaning", meaning, np.float32), constant("zero", [0]), constant("one", [1]), constant("two", [2])],
    )
    special = ["</s>", "<unk>", "<pad>"]
    write_json(
        folder,
        config={"model_type": "marian", "architectures": ["MarianMTModel"], "is_encoder_decoder": True, "vocab_size": size, "d_model": 1,
                "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 1, "decoder_attention_heads": 1,
                "max_position_embeddings": 24, "eos_token_id": 0, "pad_token_id": 2, "decoder_start_token_id": 2},
        generation_config={"eos_token_id": 0, "pad_token_id": 2, "decoder_start_token_id": 2, "num_beams": 4, "max_length": 512},
        tokenizer={
            "version": "1.0", "normalizer": None,
            "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True, "prepend_scheme": "always"},
            "post_processor": {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
                               "pair": [], "special_tokens": {"</s>": {"id": "</s>", "ids": [0], "tokens": ["</s>"]}}},
            "decoder": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True, "prepend_scheme": "always"},
            "added_tokens": [{"id": ids[token], "content": token, "special": True, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False} for token in special],
            "model": {"type": "Unigram", "unk_id": 1, "vocab": [[token, 0.0 if token in special else -1.0] for token in tokens]},
        },
        tokenizer_config={"tokenizer_class": "MarianTokenizer", "unk_token": "<unk>", "eos_token": "</s>", "pad_token": "<pad>", "model_max_length": 24},
    )


chat("chat", closed=False)
chat("endless", closed=True)
chinese, letters = "患者腹痛头咳嗽两天好转，。", "abcdefghijk,."
translator("there", dict(zip(chinese, letters)))
translator("back", {**dict(zip(letters, chinese)), "d": "疼"}, prefix=">>cmn_Hans<<")
translator("circling", dict(zip(chinese, letters)), ends=False)
