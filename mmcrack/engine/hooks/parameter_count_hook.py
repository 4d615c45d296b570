"""Say at the start how much of the model is trained."""

from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import nn

from mmcrack.registry import HOOKS
from mmcrack.utils.unwrapping import unwrapped


@HOOKS.register_module()
class ParameterCountHook(Hook):
    """Logs trainable and total parameters, of the model and of each of its parts, once."""

    def before_train(self, runner: Runner) -> None:
        """Log the counts."""
        runner.logger.info(parameter_table(unwrapped(runner.model)))


def parameter_table(model: nn.Module) -> str:
    """One line for the model and for each child: trainable, total, share."""
    rows = [('model', model), *model.named_children()]
    lines = ['Parameters: trainable / total']
    for name, module in rows:
        trainable, total = count_parameters(module)
        if total:
            share = 100 * trainable / total
            lines.append(f'  {name:<16} {trainable:>13,} / {total:>13,} ({share:.2f} %)')
    return '\n'.join(lines)


def count_parameters(module: nn.Module) -> tuple[int, int]:
    """Trainable and total parameters."""
    sizes = [(p.numel(), p.requires_grad) for p in module.parameters()]
    return sum(n for n, trainable in sizes if trainable), sum(n for n, _ in sizes)
