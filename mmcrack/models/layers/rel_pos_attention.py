"""Attention with SAM's decomposed relative positions, without the N×N scores in memory.

The official code adds to the scores q·k a bias rel_h[query, key row] + rel_w[query, key column]
and keeps scores, bias and softmax of all queries at once. Two exact ways that do not:

- :func:`chunked_attention` computes the scores of as many queries as fit a cache, adds the bias
  in place, and recomputes them in the backward pass. Fastest on CPUs.
- :func:`folded_attention` makes the bias part of the product, so that the fused kernels of
  ``scaled_dot_product_attention`` need no mask. Fastest on GPUs, where the kernel is one launch.

All take q, k, v of shape (B, N, d) with B = batch × heads and N = h·w tokens in row order, and
the bias as rel_h (B, N, h) and rel_w (B, N, w).
"""

import torch
from torch import Tensor
from torch.nn import functional as F

# Elements of a large intermediate to compute at a time: 16 MB in float32, which a last-level cache
# holds. Smaller chunks are no faster and wait for all threads more often, which is slow where
# other processes use the cores.
CHUNK_ELEMENTS = 2**22
MAX_FOLDED_WIDTH = 256  # beyond it no fused CUDA kernel takes the folded heads


def attend(
    q: Tensor, k: Tensor, v: Tensor, rel_h: Tensor, rel_w: Tensor, *, scale: float, kernel: str
) -> Tensor:
    """softmax(scale · q kᵀ + bias) v by the kernel of that name.

    Args:
        q: Queries, (B, N, d).
        k: Keys, (B, N, d).
        v: Values, (B, N, d).
        rel_h: Bias per query and key row, (B, N, h).
        rel_w: Bias per query and key column, (B, N, w).
        scale: Factor of the product.
        kernel: ``'chunked'``, ``'folded'``, ``'official'``, or ``'auto'``: folded on CUDA where
            the folded width is at most 256, else chunked.

    Returns:
        (B, N, d).
    """
    if kernel == 'auto':
        kernel = fastest_kernel(q, rel_h, rel_w)
    if kernel == 'folded':
        return folded_attention(q, k, v, rel_h, rel_w, scale)
    if kernel == 'official':
        return official_attention(q, k, v, rel_h, rel_w, scale)
    return chunked_attention(q, k, v, rel_h, rel_w, scale)


def fastest_kernel(q: Tensor, rel_h: Tensor, rel_w: Tensor) -> str:
    """The kernel that ``'auto'`` means for these tensors."""
    fits = folded_width(q, rel_h, rel_w) <= MAX_FOLDED_WIDTH
    return 'folded' if q.is_cuda and fits else 'chunked'


def official_attention(
    q: Tensor, k: Tensor, v: Tensor, rel_h: Tensor, rel_w: Tensor, scale: float
) -> Tensor:
    """All scores at once, as segment-anything computes them."""
    scores = (q * scale) @ k.transpose(-2, -1)
    bias = rel_h[..., :, None] + rel_w[..., None, :]
    return (scores + bias.flatten(-2)).softmax(dim=-1) @ v


def folded_width(q: Tensor, rel_h: Tensor, rel_w: Tensor) -> int:
    """Width of the folded heads: d + h + w, rounded up to the kernels' alignment of 8."""
    width = q.shape[-1] + rel_h.shape[-1] + rel_w.shape[-1]
    return -(-width // 8) * 8


def folded_attention(
    q: Tensor, k: Tensor, v: Tensor, rel_h: Tensor, rel_w: Tensor, scale: float
) -> Tensor:
    """The bias folded into the product: q' = [q·scale, rel_h, rel_w], k' = [k, 1(row), 1(column)].

    Values are zero-padded to the same width, because the fused kernels refuse another one and
    ``scaled_dot_product_attention`` then falls back to the slow path without a word.
    """
    height, width, dim = rel_h.shape[-1], rel_w.shape[-1], q.shape[-1]
    pad = folded_width(q, rel_h, rel_w) - dim
    rows = torch.eye(height, dtype=k.dtype, device=k.device).repeat_interleave(width, dim=0)
    columns = torch.eye(width, dtype=k.dtype, device=k.device).repeat(height, 1)
    onehot = F.pad(torch.cat([rows, columns], dim=-1), (0, pad - height - width))
    bias = F.pad(torch.cat([rel_h, rel_w], dim=-1), (0, pad - height - width))
    folded_q = torch.cat([q * scale, bias.to(q.dtype)], dim=-1)
    folded_k = torch.cat([k, onehot.expand(k.shape[0], -1, -1)], dim=-1)
    out = F.scaled_dot_product_attention(
        folded_q[None], folded_k[None], F.pad(v, (0, pad))[None], scale=1.0
    )
    return out[0, ..., :dim]


def chunked_attention(
    q: Tensor, k: Tensor, v: Tensor, rel_h: Tensor, rel_w: Tensor, scale: float
) -> Tensor:
    """Queries in chunks; the backward pass computes the scores again."""
    return _chunked(q, k, v, rel_h.to(q.dtype), rel_w.to(q.dtype), scale)


def chunks(batch: int, tokens: int) -> list[tuple[slice, slice]]:
    """Slices of heads and of queries whose scores stay below CHUNK_ELEMENTS."""
    heads = max(1, CHUNK_ELEMENTS // tokens**2)
    rows = tokens if heads > 1 else max(1, min(tokens, CHUNK_ELEMENTS // tokens))
    return [
        (slice(b, min(b + heads, batch)), slice(i, min(i + rows, tokens)))
        for b in range(0, batch, heads)
        for i in range(0, tokens, rows)
    ]


def _probabilities(q: Tensor, k: Tensor, rel_h: Tensor, rel_w: Tensor, scale: float) -> Tensor:
    """softmax(scale · q kᵀ + bias) of one chunk, (b, n, N), float32 at least."""
    scores = (rel_h[..., :, None] + rel_w[..., None, :]).flatten(-2).to(_accumulator(q))
    if scores.dtype == q.dtype:
        torch.baddbmm(scores, q, k.transpose(1, 2), alpha=scale, out=scores)
    else:
        scores += torch.bmm(q * scale, k.transpose(1, 2))
    return scores.softmax(dim=-1)


def _accumulator(tensor: Tensor) -> torch.dtype:
    """The dtype in which sums are kept: float32, or float64 for float64."""
    return torch.promote_types(tensor.dtype, torch.float32)


@torch.library.custom_op('mmcrack::chunked_attention', mutates_args=())
def _chunked(q: Tensor, k: Tensor, v: Tensor, rel_h: Tensor, rel_w: Tensor, scale: float) -> Tensor:
    out = torch.empty_like(q, memory_format=torch.contiguous_format)
    for b, i in chunks(q.shape[0], q.shape[1]):
        prob = _probabilities(q[b, i], k[b], rel_h[b, i], rel_w[b, i], scale)
        torch.bmm(prob.to(q.dtype), v[b], out=out[b, i])
    return out


@torch.library.custom_op('mmcrack::chunked_attention_backward', mutates_args=())
def _chunked_backward(
    grad: Tensor,
    q: Tensor,
    k: Tensor,
    v: Tensor,
    rel_h: Tensor,
    rel_w: Tensor,
    scale: float,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    inputs, dtype = (q, k, v, rel_h, rel_w), q.dtype
    sums = [torch.zeros_like(t, dtype=_accumulator(t)) for t in inputs]
    grad_q, grad_k, grad_v, grad_h, grad_w = sums
    grid = (rel_h.shape[-1], rel_w.shape[-1])
    for b, i in chunks(q.shape[0], q.shape[1]):
        prob = _probabilities(q[b, i], k[b], rel_h[b, i], rel_w[b, i], scale)
        grad_v[b] += prob.to(dtype).transpose(1, 2) @ grad[b, i]
        grad_scores = (grad[b, i] @ v[b].transpose(1, 2)).to(prob.dtype)
        grad_scores -= (grad_scores * prob).sum(dim=-1, keepdim=True)
        grad_scores *= prob
        grad_h[b, i] = grad_scores.unflatten(-1, grid).sum(dim=-1)
        grad_w[b, i] = grad_scores.unflatten(-1, grid).sum(dim=-2)
        grad_scores = (grad_scores * scale).to(dtype)
        grad_q[b, i] = (grad_scores @ k[b]).to(grad_q.dtype)
        grad_k[b] += grad_scores.transpose(1, 2) @ q[b, i]
    return tuple(total.to(t.dtype) for total, t in zip(sums, inputs, strict=True))


@_chunked.register_fake
def _(q: Tensor, k: Tensor, v: Tensor, rel_h: Tensor, rel_w: Tensor, scale: float) -> Tensor:
    return torch.empty_like(q, memory_format=torch.contiguous_format)


@_chunked_backward.register_fake
def _(
    grad: Tensor,
    q: Tensor,
    k: Tensor,
    v: Tensor,
    rel_h: Tensor,
    rel_w: Tensor,
    scale: float,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    return tuple(torch.empty_like(t) for t in (q, k, v, rel_h, rel_w))


def _save_inputs(ctx, inputs: tuple, output: Tensor) -> None:
    *tensors, ctx.scale = inputs
    ctx.save_for_backward(*tensors)


def _backward(ctx, grad: Tensor) -> tuple[Tensor | None, ...]:
    return (*_chunked_backward(grad.contiguous(), *ctx.saved_tensors, ctx.scale), None)


_chunked.register_autograd(_backward, setup_context=_save_inputs)
