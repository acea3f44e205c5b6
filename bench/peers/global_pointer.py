"""The dense GlobalPointer formulation in public use: rotated scores of all pairs, what is no candidate masked, and their loss."""
import torch


def rotate(x, cosine, sine):
    swapped = torch.stack([-x[..., 1::2], x[..., ::2]], dim=-1).reshape(x.shape)
    return x * cosine + swapped * sine


def multilabel_crossentropy(labels, scores):
    scores = (1 - 2 * labels) * scores
    negative = scores - labels * 1e12
    positive = scores - (1 - labels) * 1e12
    zeros = torch.zeros_like(scores[..., :1])
    negative = torch.logsumexp(torch.cat([negative, zeros], dim=-1), dim=-1)
    positive = torch.logsumexp(torch.cat([positive, zeros], dim=-1), dim=-1)
    return (negative + positive).mean()


class PointerLoss:
    """The loss of vectors [batch, n, types · 2 · size]; `spans` are (example, type, first, last)."""

    def __init__(self, n, types, size, lengths, spans, k=None):
        self.types, self.size = types, size
        angle = torch.arange(n)[:, None] * 10000.0 ** (-2 * torch.arange(size // 2) / size)
        self.tables = [table.repeat_interleave(2, dim=-1)[None, :, None, :] for table in (angle.cos(), angle.sin())]
        tokens = torch.arange(n)
        self.inner = torch.stack([(1 <= tokens) & (tokens <= length - 2) for length in lengths]).float()
        labels = torch.zeros(len(lengths), types, n, n)
        for example, kind, first, last in spans:
            labels[example, kind, first, last] = 1
        self.labels = labels.reshape(-1, n * n)
        self.lower = torch.tril(torch.ones(n, n), -1)
        self.far = None if k is None else torch.triu(torch.ones(n, n), k)

    def __call__(self, vectors, masked=False):
        """`masked`: spans of more than k tokens are no candidates."""
        batch, n, _ = vectors.shape
        q, k = vectors.view(batch, n, self.types, 2, self.size).unbind(3)  # [batch, n, types, size]
        scores = torch.einsum("bmhd,bnhd->bhmn", rotate(q, *self.tables), rotate(k, *self.tables))
        pair = self.inner[:, None, :, None] * self.inner[:, None, None, :]
        scores = scores * pair - (1 - pair) * 1e12 - self.lower * 1e12
        if masked:
            scores = scores - self.far * 1e12
        return multilabel_crossentropy(self.labels, scores.reshape(self.labels.shape) / self.size**0.5)
