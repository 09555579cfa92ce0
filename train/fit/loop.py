"""The training loop.

The images are one tensor on the device; an epoch is a permutation of it, cut into batches; nothing is copied back from
the device within an epoch. Order and noise of an epoch follow from (seed, epoch) alone, so that a run that resumes from
a checkpoint takes the same steps as one that was never stopped.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.optim import AdamW

from vae_explorer.errors import StoppedError, TrainingError
from vae_explorer.model.vae import VAE, ElboTerms

from ..data.data_set import DataSet, to_device
from ..evaluate.encode import elbo_terms
from .config import TrainConfig
from .graph import side_stream
from .grey_picture import LIKELY_CAUSE, GreyPicture
from .inputs import Inputs
from .parallel import World
from .precision import products_of
from .step import Steps, best_unrolling, groups

SINGLE_PROCESS = World()


@dataclass(frozen=True)
class Images:
    """Both splits on the device: images `(N, 1, 28, 28)` float32 in 0…1, labels `(N,)` int64."""

    train: Tensor
    train_labels: Tensor
    test: Tensor
    test_labels: Tensor

    @classmethod
    def of(cls, data: DataSet, device: torch.device) -> Images:
        """Those of a data set, copied to `device`."""
        return cls(*to_device(data.train, device), *to_device(data.test, device))


@dataclass(frozen=True)
class Epoch:
    """One finished epoch. Losses are nats per image; `epoch` counts from 1."""

    epoch: int
    loss: float
    reconstruction: float
    kl: float
    test_reconstruction: float
    test_kl: float
    test_negative_elbo: float
    learning_rate: float
    images_per_second: float
    seconds: float


class Trainer:
    """A model in training: weights, their moving average, the optimizer, and the history of epochs.

    Args:
        images: what to train and to test on.
        world: the processes that share the work; each holds the same model.
        stop: called before each step, or some steps at a time on CUDA; True ends the run with `StoppedError`.
        noise_device: where the noise of training is drawn; None for where the images are, which is fastest.
        unrolled: how many steps are started at a time; None for what is fastest. It changes no result.
    """

    def __init__(
        self,
        model: VAE,
        config: TrainConfig,
        images: Images,
        world: World = SINGLE_PROCESS,
        stop: Callable[[], bool] = lambda: False,
        noise_device: torch.device | None = None,
        unrolled: int | None = None,
    ) -> None:
        self.config, self.images, self.world, self.stop = config, images, world, stop
        self.device = images.train.device
        # The format that convolutions are fastest in; other layers have none.
        self.model = model.to(self.device).to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.model) if config.average else None
        cuda = self.device.type == "cuda"
        # Without weight decay AdamW is Adam, to the bit. The rate is a tensor, which each step sets to one of a table.
        self.optimizer = AdamW(
            self.model.parameters(),
            lr=torch.tensor(config.learning_rate, device=self.device),
            weight_decay=config.weight_decay,
            fused=True,
            capturable=cuda,
        )
        count, latent_dim = len(images.train), model.config.latent_dim
        self.inputs = Inputs(config, count, latent_dim, self.device, noise_device or self.device)
        captured = cuda and world.size == 1
        self.steps = Steps(
            self.model,
            self.average,
            self.optimizer,
            config,
            images.train,
            images.train_labels,
            self.inputs,
            world,
            captured,
        )
        self._unrolled = unrolled or (best_unrolling(count, config.batch_size) if captured else 1)
        self._stream = torch.cuda.Stream(self.device) if cuda else None
        self.grey = GreyPicture(images.train, model.config.likelihood, config.beta)
        self.history: list[Epoch] = []

    @property
    def result(self) -> VAE:
        """The model that is evaluated and saved: the average, if there is one."""
        return self.average or self.model

    def begin(self, number: int) -> Iterator[tuple[int, int]]:
        """Prepare epoch `number`, from 0, and return its steps, for `take`: how many at a time, on how many images."""
        with side_stream(self._stream):
            self.inputs.fill(number)
        return groups(len(self.images.train), self.config.batch_size, self._unrolled)

    def take(self, steps: Iterable[tuple[int, int]]) -> None:
        """Take steps of the epoch that has begun. On CUDA this returns before they are done.

        Raises:
            StoppedError: `stop` returned True.
        """
        done = 0
        with side_stream(self._stream), products_of(self.config):
            for count, size in steps:
                if self.stop():
                    where = f"epoch {len(self.history) + 1}, step {done + 1} of {self.inputs.steps}"
                    raise StoppedError(f"stopped in {where}")
                self.steps(count, size)
                done += count

    def run_epoch(self) -> Epoch:
        """One pass over the training images, then the test images; appends to the history.

        Raises:
            TrainingError: the loss is no longer a number, or it has grown far beyond that of a plain grey picture; the
                weights are then useless.
            StoppedError: `stop` returned True.
        """
        config, number, count = self.config, len(self.history), len(self.images.train)
        started = time.perf_counter()
        self.take(self.begin(number))
        totals = self.world.sum(self.inputs.sums).cpu().double()
        seconds = time.perf_counter() - started
        steps = len(totals)
        self._require_finite(totals, number, steps)
        mean = ElboTerms(*totals.sum(dim=0) / count)
        test_mean = elbo_terms(self.result, self.images.test, self.images.test_labels).mean()
        # That of the test pictures: a few steps that went astray do not spoil it, if the run has found its way back.
        self.grey.require_no_divergence(
            float(test_mean.reconstruction),
            float(test_mean.kl),
            before=[(past.test_reconstruction, past.test_kl) for past in self.history],
            where=f"the test loss of epoch {number + 1}",
            rate=config.learning_rate,
        )
        epoch = Epoch(
            epoch=number + 1,
            loss=float(mean.weighted(config.beta)),
            reconstruction=float(mean.reconstruction),
            kl=float(mean.kl),
            test_reconstruction=float(test_mean.reconstruction),
            test_kl=float(test_mean.kl),
            test_negative_elbo=float(test_mean.negative_elbo),
            learning_rate=config.learning_rate_at((number + 1) * steps - 1, config.epochs * steps),
            images_per_second=count / seconds,
            seconds=seconds,
        )
        self.history.append(epoch)
        return epoch

    def _require_finite(self, totals: Tensor, number: int, steps: int) -> None:
        broken = (~totals.isfinite().all(dim=1)).nonzero()
        if len(broken):
            step = int(broken[0])
            rate = self.config.learning_rate_at(number * steps + step, self.config.epochs * steps)
            raise TrainingError(
                f"the loss stopped being a number in epoch {number + 1}, step {step + 1} of {steps}. "
                + LIKELY_CAUSE.format(rate=rate)
            )

    def state(self) -> dict[str, Tensor]:
        """A copy of every tensor that the run needs to resume, by name."""
        tensors = {f"model.{name}": tensor for name, tensor in self.model.state_dict().items()}
        if self.average is not None:
            tensors |= {f"average.{name}": tensor for name, tensor in self.average.state_dict().items()}
        for name, parameter in self.model.named_parameters():
            for key, tensor in self.optimizer.state[parameter].items():
                tensors[f"adam.{key}.{name}"] = tensor
        # In the order that a file has.
        return {name: tensor.detach().clone(memory_format=torch.contiguous_format) for name, tensor in tensors.items()}

    def restore(self, tensors: dict[str, Tensor], history: list[Epoch]) -> None:
        """Resume from what `state` returned after `history`."""
        self.model.load_state_dict({k[6:]: v for k, v in tensors.items() if k.startswith("model.")})
        if self.average is not None:
            self.average.load_state_dict({k[8:]: v for k, v in tensors.items() if k.startswith("average.")})
        for name, parameter in self.model.named_parameters():
            # The fused kernel walks weights and moments side by side, so both need the same memory format; that of
            # convolutions is channels-last, which a file does not keep.
            moments = {key: torch.empty_like(parameter.data) for key in ("exp_avg", "exp_avg_sq")}
            for key, moment in moments.items():
                moment.copy_(tensors[f"adam.{key}.{name}"])
            self.optimizer.state[parameter] = moments | {"step": tensors[f"adam.step.{name}"].to(self.device).clone()}
        self.history = list(history)


def fit(trainer: Trainer, report: Callable[[Epoch], None]) -> list[Epoch]:
    """Run the remaining epochs and return all; `report` is called after each, and may save a checkpoint."""
    while len(trainer.history) < trainer.config.epochs:
        report(trainer.run_epoch())
    return trainer.history
