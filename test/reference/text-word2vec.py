"""Writes text-word2vec.json: one update of skip-gram and of CBOW with negative sampling, by PyTorch's autograd (float64).

The loss of an observed word o and negatives n given a hidden vector h is -log s(o.h) - sum log s(-n.h), s the sigmoid.
Skip-gram: h is the word's vector. CBOW: h is the mean of the context's vectors and, as in word2vec.c, each of them moves
by the whole gradient of h (autograd through the mean would give each a share of it).
"""
import json
from pathlib import Path

import torch

torch.manual_seed(3)
ROWS, DIMENSION, RATE = 7, 10, 0.3
source = torch.randn(ROWS, DIMENSION).mul(0.8).double()
target = torch.randn(ROWS, DIMENSION).mul(0.8).double()
observed, negatives = 2, [0, 5, 6]


def update(hidden):
    hidden = hidden.clone().requires_grad_()
    output = target.clone().requires_grad_()
    loss = -torch.nn.functional.logsigmoid(output[observed] @ hidden)
    loss = loss - torch.nn.functional.logsigmoid(-(output[negatives] @ hidden)).sum()
    loss.backward()
    return hidden.grad, (output - RATE * output.grad).detach(), loss.item()


gradient, output, loss = update(source[4])
skip_gram = source.clone()
skip_gram[4] -= RATE * gradient
context = [1, 3, 4]
mean_gradient, mean_output, mean_loss = update(source[context].mean(0))
cbow = source.clone()
cbow[context] -= RATE * mean_gradient
result = {
    'torch': torch.__version__, 'dimension': DIMENSION, 'rate': RATE, 'input': source.tolist(), 'output': target.tolist(),
    'observed': observed, 'negatives': negatives,
    'skipGram': {'word': 4, 'loss': loss, 'input': skip_gram.tolist(), 'output': output.tolist()},
    'cbow': {'context': context, 'loss': mean_loss, 'input': cbow.tolist(), 'output': mean_output.tolist()},
}
Path(__file__).with_suffix('.json').write_text('{\n' + ',\n'.join(f'{json.dumps(k)}: {json.dumps(v)}' for k, v in result.items()) + '\n}\n')
