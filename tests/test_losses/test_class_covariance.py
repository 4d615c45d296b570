import numpy as np
import pytest
import torch
import torch.distributed as torch_dist

from mmcrack.models.layers.class_covariance import ClassCovariance

CLASSES, FEATURES = 3, 5


def batches(count=4, size=40, seed=0):
    """Batches of correlated features; class 2 is absent from the first two."""
    generator = torch.Generator().manual_seed(seed)
    mix = torch.randn(CLASSES, FEATURES, FEATURES, generator=generator)
    for index in range(count):
        labels = torch.randint(0, 2 if index < 2 else CLASSES, (size,), generator=generator)
        noise = torch.randn(size, FEATURES, generator=generator)
        yield 3.0 + labels[:, None] + torch.einsum('nf,nfg->ng', noise, mix[labels]), labels


def allocated():
    covariances = ClassCovariance()
    covariances.allocate(CLASSES, FEATURES, torch.device('cpu'))
    return covariances


def numpy_statistics(features, labels):
    members = [features[labels == label].double().numpy() for label in range(CLASSES)]
    return (
        [len(m) for m in members],
        np.stack([m.mean(0) for m in members]),
        np.stack([np.cov(m.T, bias=True) for m in members]),
    )


def assert_statistics(covariances, features, labels, atol=1e-5):
    count, mean, covariance = numpy_statistics(features, labels)
    assert covariances.count.tolist() == count
    np.testing.assert_allclose(covariances.mean, mean, atol=atol)
    np.testing.assert_allclose(covariances.covariance, covariance, atol=10 * atol)


def test_equals_numpy_over_all_batches_also_where_a_class_is_absent():
    covariances, seen = allocated(), list(batches())
    for features, labels in seen:
        covariances.update(features, labels)
    assert_statistics(covariances, *map(torch.cat, zip(*seen, strict=True)))


def test_an_absent_class_keeps_its_values():
    covariances = allocated()
    features, labels = list(batches())[-1]
    covariances.update(features, labels)
    before = covariances.covariance[2].clone()
    covariances.update(torch.randn(8, FEATURES), torch.zeros(8, dtype=torch.long))
    assert torch.equal(covariances.covariance[2], before)
    assert (before != 0).any()


def test_pixels_are_samples_and_negative_labels_count_nowhere():
    features = torch.randn(2, FEATURES, 6, 7)
    labels = torch.randint(-1, CLASSES, (2, 6, 7))
    features.movedim(1, -1)[labels < 0] = 1e6
    covariances = allocated()
    covariances.update(features, labels)
    assert_statistics(covariances, features.movedim(1, -1).reshape(-1, FEATURES), labels.flatten())


def test_a_long_sequence_far_from_zero_stays_exact():
    covariances, features = allocated(), torch.randn(3000, FEATURES) + 50
    labels = torch.arange(3000) % CLASSES
    for rows in torch.arange(3000).split(10):
        covariances.update(features[rows], labels[rows])
    assert_statistics(covariances, features, labels, atol=1e-4)


def test_half_precision_features_are_summed_in_float32():
    features, labels = next(batches(size=4000))
    covariances = allocated()
    covariances.update((features + 40).half(), labels)
    expected = allocated()
    expected.update((features + 40).half().float(), labels)
    torch.testing.assert_close(covariances.covariance, expected.covariance)
    assert covariances.covariance.dtype == torch.float32


def test_features_that_are_not_finite_do_not_spoil_the_statistics():
    covariances, (features, labels) = allocated(), next(batches())
    covariances.update(features, labels)
    before = {key: value.clone() for key, value in covariances.state_dict().items()}
    features[3, 2] = float('inf')
    covariances.update(features, labels)
    torch.testing.assert_close(dict(covariances.state_dict()), before, rtol=0, atol=0)


def test_margin_variance_equals_the_quadratic_form_and_its_gradient():
    covariances = allocated()
    for features, labels in batches():
        covariances.update(features, labels)
    weight = torch.randn(CLASSES, FEATURES, requires_grad=True)
    table = covariances.margin_variance(weight)
    rows = []
    for y in range(CLASSES):
        differences = [weight[j] - weight[y] for j in range(CLASSES)]
        rows.append(torch.stack([d @ covariances.covariance[y] @ d for d in differences]))
    torch.testing.assert_close(table, torch.stack(rows))
    factor = torch.rand(CLASSES, CLASSES)
    ours, plain = (
        torch.autograd.grad((factor * q).sum(), weight)[0] for q in (table, torch.stack(rows))
    )
    torch.testing.assert_close(ours, plain)


def test_margin_variance_is_the_variance_of_the_margin():
    features, labels = list(batches(size=200))[-1]
    covariances, weight = allocated(), torch.randn(CLASSES, FEATURES)
    covariances.update(features, labels)
    logits = features @ weight.T
    for y in range(CLASSES):
        margins = logits[labels == y] - logits[labels == y][:, [y]]
        torch.testing.assert_close(
            covariances.margin_variance(weight)[y], margins.var(0, correction=0), atol=1e-4,
            rtol=1e-4,
        )  # fmt: skip


def test_a_checkpoint_restores_values_and_sizes(tmp_path):
    covariances = allocated()
    seen = list(batches())
    for features, labels in seen[:2]:
        covariances.update(features, labels)
    torch.save(covariances.state_dict(), tmp_path / 'state.pth')
    restored = ClassCovariance()
    assert not restored.allocated
    restored.load_state_dict(torch.load(tmp_path / 'state.pth', weights_only=True))
    for features, labels in seen[2:]:
        restored.update(features, labels)
    assert_statistics(restored, *map(torch.cat, zip(*seen, strict=True)))


def test_sizes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r'\(3, 5\).*last layer of \(3, 6\)'):
        allocated().allocate(CLASSES, FEATURES + 1, torch.device('cpu'))


def run_rank(rank, world_size, folder):
    torch_dist.init_process_group(
        'gloo', init_method=f'file://{folder}/store', rank=rank, world_size=world_size
    )
    covariances = allocated()
    for features, labels in batches():
        first = (torch.arange(len(labels)) < 13) & (labels != 1)  # rank 0 never sees class 1
        share = first if rank == 0 else ~first
        covariances.update(features[share], labels[share])
    torch.save(covariances.state_dict(), f'{folder}/rank_{rank}.pth')
    torch_dist.destroy_process_group()


def test_two_ranks_equal_one(tmp_path):
    torch.multiprocessing.spawn(run_rank, args=(2, str(tmp_path)), nprocs=2)
    first, second = (torch.load(tmp_path / f'rank_{rank}.pth') for rank in range(2))
    one = allocated()
    for features, labels in batches():
        one.update(features, labels)
    torch.testing.assert_close(first, second, rtol=0, atol=0)
    torch.testing.assert_close(first, dict(one.state_dict()), rtol=1e-5, atol=1e-5)
