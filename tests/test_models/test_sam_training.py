import copy
import os
import random
import socket

import pytest
import sam_toy as toy
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from mmengine.optim import OptimWrapper
from mmengine.runner import Runner
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import Dataset

import mmcrack.engine  # noqa: F401
from mmcrack.engine.hooks.parameter_count_hook import parameter_table
from mmcrack.engine.safe_checkpoints import load_file

LORA = dict(rank=2, dropout=0.1)
HOOKS = ('ParameterCountHook', 'EpochSeedHook')


class Squares(Dataset):
    """Eight images of a bright square, and the square; ``noise`` is drawn anew each time."""

    def __init__(self, noise=0.0):
        self.noise = noise

    def __len__(self):
        return 8

    def __getitem__(self, index):
        image = toy.images(1, (64, 64), seed=index)[0]
        label = torch.zeros(1, 64, 64)
        image[:, 8 * index % 40 :, :24] += 3 + self.noise * random.random()
        label[:, 8 * index % 40 :, :24] = 1
        meta = dict(ori_shape=(64, 64), img_shape=(64, 64))
        sample = SegDataSample(gt_sem_seg=PixelData(data=label), metainfo=meta)
        return dict(inputs=image, data_samples=sample)


def batch(count):
    items = [Squares()[i] for i in range(count)]
    return torch.stack([i['inputs'] for i in items]), [i['data_samples'] for i in items]


def model_of(path, **backbone):
    model = toy.build(toy.segmentor_config(path, **{'lora': LORA, **backbone}))
    model.init_weights()
    return model


@pytest.fixture
def base(tmp_path):
    return toy.save_official(tmp_path / 'base.pth')


def train(base, work_dir, epochs, resume=False, hooks=HOOKS):
    """One run of MMEngine's Runner, from the seed on."""
    config = toy.segmentor_config(base, lora=LORA, save_only_trainable=True)
    config['data_preprocessor'] = dict(type='mmseg.SegDataPreProcessor', size=(64, 64))
    runner = Runner(
        model=config,
        work_dir=str(work_dir),
        train_dataloader=dict(
            batch_size=4,
            num_workers=2,
            dataset=Squares(noise=3.0),
            sampler=dict(type='DefaultSampler', shuffle=True),
            collate_fn=dict(type='pseudo_collate'),
        ),
        train_cfg=dict(by_epoch=True, max_epochs=epochs),
        optim_wrapper=dict(optimizer=dict(type='Adam', lr=1e-2)),
        custom_hooks=[dict(type=f'mmcrack.{hook}') for hook in hooks],
        default_hooks=dict(checkpoint=dict(type='CheckpointHook', interval=1)),
        randomness=dict(seed=0),
        default_scope='mmseg',
        resume=resume,
        experiment_name=f'{work_dir.name}{epochs}{resume}',
    )
    runner.train()
    return runner.model


def same_weights(a, b):
    return all(torch.equal(p, q) for p, q in zip(a.parameters(), b.parameters(), strict=True))


def test_a_resumed_run_ends_where_the_uninterrupted_one_does(base, tmp_path):
    """With dropout in the model and random augmentation in two workers."""
    whole = train(base, tmp_path / 'whole', epochs=3)
    train(base, tmp_path / 'parts', epochs=1)
    saved = load_file(tmp_path / 'parts/epoch_1.pth')
    assert not any('patch_embed' in name for name in saved['state_dict'])
    parts = train(base, tmp_path / 'parts', epochs=3, resume=True)
    assert same_weights(whole, parts)

    start = dict(model_of(base).named_parameters())
    trained = dict(whole.named_parameters())
    learnt = [name for name in start if not torch.equal(start[name], trained[name])]
    assert all(start[name].requires_grad for name in learnt)
    assert any('lora_up' in name for name in learnt)


def test_without_the_epoch_s_seed_it_does_not(base, tmp_path):
    """Else the test above would prove nothing."""
    hooks = ('ParameterCountHook',)
    whole = train(base, tmp_path / 'whole', epochs=2, hooks=hooks)
    train(base, tmp_path / 'parts', epochs=1, hooks=hooks)
    assert not same_weights(whole, train(base, tmp_path / 'parts', 2, resume=True, hooks=hooks))


def test_accumulated_gradients_are_those_of_the_whole_batch(base):
    gradients = []
    for accumulate in (1, 2):
        model = model_of(base, lora=dict(rank=2)).train()
        toy.randomize(model.backbone.adapters().values())
        optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.0)
        wrapper = OptimWrapper(optimizer, accumulative_counts=accumulate)
        wrapper.initialize_count_status(model, 0, accumulate)
        images, samples = batch(4)
        size = 4 // accumulate
        for i in range(0, 4, size):
            losses = model.loss(images[i : i + size], samples[i : i + size])
            wrapper.backward(wrapper.scale_loss(losses['decode.loss_mae']))
        gradients.append({n: p.grad for n, p in model.named_parameters() if p.requires_grad})
    for name, expected in gradients[0].items():
        torch.testing.assert_close(gradients[1][name], expected, rtol=1e-4, atol=1e-7)


def rank_main(rank, port, base, out):
    os.environ.update(MASTER_ADDR='127.0.0.1', MASTER_PORT=str(port))
    torch.set_num_threads(1)
    dist.init_process_group('gloo', rank=rank, world_size=2)
    torch.manual_seed(0)
    model = model_of(base, lora=dict(rank=2)).train()
    wrapped = DistributedDataParallel(model)  # without find_unused_parameters
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)
    images, samples = batch(4)
    mine = slice(2 * rank, 2 * rank + 2)
    for _ in range(2):  # an unused parameter raises in the second step
        losses = wrapped(images[mine], samples[mine], mode='loss')
        optimizer.zero_grad()
        losses['decode.loss_mae'].backward()
        optimizer.step()
    if rank == 0:
        torch.save({n: p.detach() for n, p in model.named_parameters()}, out)
    dist.barrier()
    # not by way of destructors: DDP's holds the GIL while it joins gloo's thread, which may want it
    os._exit(0)


def test_two_ranks_train_as_one_without_unused_parameters(base, tmp_path):
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    out = str(tmp_path / 'ranks.pth')
    mp.spawn(rank_main, args=(port, base, out), nprocs=2)

    torch.manual_seed(0)
    model = model_of(base, lora=dict(rank=2)).train()
    ranks = torch.load(out)
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)
    images, samples = batch(4)
    for _ in range(2):
        optimizer.zero_grad()
        model.loss(images, samples)['decode.loss_mae'].backward()
        optimizer.step()
    for name, parameter in model.named_parameters():
        torch.testing.assert_close(parameter, ranks[name], rtol=1e-4, atol=1e-6)


def test_parameter_table_tells_what_is_trained(base):
    model = model_of(base, lora=dict(rank=2))
    rows = {line.split()[0]: line for line in parameter_table(model).splitlines()[1:]}
    adapters = 3 * 2 * 2 * (32 + 32)
    total = sum(p.numel() for p in model.backbone.parameters())
    assert f'{adapters:,} / ' in rows['backbone']
    assert f'/ {total:>13,}' in rows['backbone']
    assert set(rows) == {'model', 'backbone', 'decode_head'}


def test_deep_copies_are_independent(base):
    """EMA and test-time wrappers copy models."""
    model = model_of(base, save_only_trainable=True)
    twin = copy.deepcopy(model)
    toy.randomize(twin.backbone.adapters().values())
    assert model.state_dict().keys() == twin.state_dict().keys()
    assert all((p == 0).all() for n, p in model.backbone.adapters().items() if 'lora_up' in n)
