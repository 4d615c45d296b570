import pytest
import torch
from segment_anything.modeling.image_encoder import add_decomposed_rel_pos
from torch.nn.attention import SDPBackend, sdpa_kernel

from mmcrack.models.layers import rel_pos_attention
from mmcrack.models.layers.rel_pos_attention import attend, chunks

HEADS, HEIGHT, WIDTH, DIM = 6, 5, 4, 8
TOKENS = HEIGHT * WIDTH


@pytest.fixture
def tensors():
    generator = torch.Generator().manual_seed(0)
    make = lambda *shape: torch.randn(*shape, generator=generator, dtype=torch.float64)  # noqa: E731
    q, k, v = (make(HEADS, TOKENS, DIM) for _ in range(3))
    return [q, k, v, make(2 * HEIGHT - 1, DIM), make(2 * WIDTH - 1, DIM)]


def official(q, k, v, rel_pos_h, rel_pos_w):
    scores = (q * DIM**-0.5) @ k.transpose(-2, -1)
    size = (HEIGHT, WIDTH)
    scores = add_decomposed_rel_pos(scores, q, rel_pos_h, rel_pos_w, size, size)
    return scores.softmax(dim=-1) @ v


def ours(kernel, q, k, v, rel_pos_h, rel_pos_w):
    def table(rel_pos, side):
        index = torch.arange(side)[:, None] - torch.arange(side)[None, :] + side - 1
        return rel_pos[index]

    grid = q.unflatten(1, (HEIGHT, WIDTH))
    rel_h = torch.einsum('bhwc,hkc->bhwk', grid, table(rel_pos_h, HEIGHT)).flatten(1, 2)
    rel_w = torch.einsum('bhwc,wkc->bhwk', grid, table(rel_pos_w, WIDTH)).flatten(1, 2)
    return attend(q, k, v, rel_h, rel_w, scale=DIM**-0.5, kernel=kernel)


@pytest.mark.parametrize('kernel', ['auto', 'chunked', 'folded', 'official'])
@pytest.mark.parametrize('scores', [3 * TOKENS, 2 * TOKENS**2, 2**20])
def test_outputs_and_gradients_are_the_official_ones(kernel, scores, tensors, monkeypatch):
    monkeypatch.setattr(rel_pos_attention, 'CHUNK_ELEMENTS', scores)
    results = []
    for function in (official, lambda *args: ours(kernel, *args)):
        leaves = [tensor.clone().requires_grad_() for tensor in tensors]
        out = function(*leaves)
        out.sin().sum().backward()
        results.append([out.detach(), *(leaf.grad for leaf in leaves)])
    for expected, found in zip(*results, strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(('batch', 'tokens'), [(1, 1), (7, 20), (3, 1100), (2, 4096)])
def test_chunks_cover_every_score_once_and_stay_small(batch, tokens):
    seen = torch.zeros(batch, tokens, dtype=torch.int)
    for heads, rows in chunks(batch, tokens):
        seen[heads, rows] += 1
        part = (heads.stop - heads.start) * (rows.stop - rows.start) * tokens
        assert part <= rel_pos_attention.CHUNK_ELEMENTS
    assert (seen == 1).all()


def test_chunked_passes_pytorch_s_operator_checks(tensors):
    q, k, v, _, _ = (tensor.requires_grad_() for tensor in tensors)
    rel_h = torch.randn(HEADS, TOKENS, HEIGHT, dtype=torch.float64, requires_grad=True)
    rel_w = torch.randn(HEADS, TOKENS, WIDTH, dtype=torch.float64, requires_grad=True)
    torch.library.opcheck(
        torch.ops.mmcrack.chunked_attention.default,
        (q, k, v, rel_h, rel_w, 0.3),
        test_utils=['test_schema', 'test_autograd_registration', 'test_faketensor'],
    )


def test_folded_runs_in_the_flash_kernel(tensors):
    single = [tensor.float() for tensor in tensors]
    with sdpa_kernel(SDPBackend.FLASH_ATTENTION):  # raises where that kernel refuses
        found = ours('folded', *single)
    torch.testing.assert_close(found, official(*single), rtol=1e-4, atol=1e-5)


def test_flash_kernel_refuses_values_of_another_width():
    """Why the folded values are padded."""
    q, v = torch.randn(1, 2, 16, 24), torch.randn(1, 2, 16, 8)
    with sdpa_kernel(SDPBackend.FLASH_ATTENTION), pytest.raises(RuntimeError):
        torch.nn.functional.scaled_dot_product_attention(q, q, v)


@pytest.mark.parametrize('kernel', ['chunked', 'folded'])
def test_training_keeps_no_score_matrix(kernel):
    side = 24
    tokens = side * side
    q, k, v = (torch.randn(1, tokens, 4, requires_grad=True) for _ in range(3))
    rel = torch.randn(1, tokens, side, requires_grad=True)
    saved = []

    def remember(tensor):
        saved.append(tensor.numel())
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(remember, lambda tensor: tensor):
        attend(q, k, v, rel, rel, scale=0.5, kernel=kernel)
    assert saved
    assert max(saved) < tokens**2 / 8


@pytest.mark.parametrize('kernel', ['chunked', 'folded'])
def test_half_precision_stays_close(kernel, tensors):
    def run(dtype):
        leaves = [tensor.detach().to(dtype).requires_grad_() for tensor in tensors]
        out = ours(kernel, *leaves)
        out.float().sin().sum().backward()
        return [out.detach().double(), *(leaf.grad.double() for leaf in leaves)]

    for exact, half in zip(run(torch.float64), run(torch.bfloat16), strict=True):
        assert (half - exact).norm() < 0.03 * exact.norm()
