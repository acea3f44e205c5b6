"""Writes text-tokenizer.json: what the published fast BERT tokenizer (pip install tokenizers) makes of random texts.

Each case is [text, ids, offsets]; offsets are code points, as this library counts them.
"""
import json
import random
from pathlib import Path

import tokenizers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
PARTS = [
    '患者反复胸闷', '糖尿病', '２型', 'CT', 'MRI示：', 'β-内酰胺酶', 'HbA1c 9.2%', '90/60mmHg', '38.5℃', '，', '。', '（', '）', '“', '”',
    'a', 'B', 'abc', 'ABC123', '0', '7', '-', '+', '<', '$', ' ', '  ', '\t', '\r\n', '\u00a0', '\u3000', '\u2028', '\x00', '\ufffd',
    '\u200b', '\ufeff', '\ue000', 'é', 'e\u0301', 'e\u0323\u0301', 'Ménière', 'İ', 'ß', 'ﬁ', 'Å', 'K', '\u0301', '한국', '\u1112\u1161\u11ab',
    'が', 'か\u3099', 'カ', 'ｶﾞ', '≠', ';', '🩺', '𠮷', '𠮷野', '\U0002f800', '㎎', 'Ⅱ', '——', '……', '·', 'x' * 101, '\u302e\u1b44', 'क्षि', '[MASK]',
]
PIECES = ['糖', '尿', '病', '患', '者', '胸', '闷', '型', '示', '酶', '吉', '野', '丽', 'c', '##t', 'ct', 'mri', 'a', '##a', '##b', '##bc', 'abc',
          '##1', '##12', '##3', '0', '7', '9', '90', '2', '2型', '38', '##8', '5', 'e', '##e', 'm', '##eni', '##ere', 'i', 'ss', 'ß', 'k', 'fi',
          'ᄒ', '##ᅡ', '##ᆫ', '##ᄀ', '##ᅮ', '##ᆨ', 'か', 'カ', 'mm', '##hg', 'hb', '##c', 'β', '.', ',', '，', '。', '（', '-', '+', '%', '℃', '🩺', '𠮷']

vocabulary = SPECIAL + sorted(set(PIECES))
random.seed(7)
texts = [''.join(random.choices(PARTS, k=random.randint(1, 8))) for _ in range(300)]
result = {'tokenizers': tokenizers.__version__, 'vocabulary': vocabulary}
for name, lowercase in (('lowercase', True), ('cased', False)):
    tokenizer = Tokenizer(models.WordPiece({t: i for i, t in enumerate(vocabulary)}, unk_token='[UNK]', max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(SPECIAL)
    encoded = [tokenizer.encode(text, add_special_tokens=False) for text in texts]
    result[name] = [[text, e.ids, e.offsets] for text, e in zip(texts, encoded)]
lines = ',\n'.join(
    f'{json.dumps(key)}: ' + ('[\n' + ',\n'.join(json.dumps(case) for case in value) + '\n]' if key in ('lowercase', 'cased') else json.dumps(value))
    for key, value in result.items())
Path(__file__).with_suffix('.json').write_text('{\n' + lines + '\n}\n')
