import torch
import torch.nn as nn
import torch.nn.functional as F
from typing import Optional, Tuple


class TverskyLoss(nn.Module):
    def __init__(self, alpha: float = 0.5, beta: float = 0.5, eps: float = 1e-7) -> None:
        super(TverskyLoss, self).__init__()
        self.alpha: float = alpha
        self.beta: float = beta
        self.eps = eps

    def forward(self, logits: torch.Tensor, target: torch.Tensor, mask: Optional[torch.Tensor] = None) -> torch.Tensor:
        assert logits.shape[0] == target.shape[0], f"batch {logits.shape[0]} != {target.shape[0]}"
        if not len(logits.shape) == 4:
            raise ValueError("Invalid input shape, we expect BxNxHxW. Got: {}".format(logits.shape))
        probs = F.softmax(logits, dim=1)
        onehot = F.one_hot(target.long(), num_classes=logits.shape[1]).permute(0, 3, 1, 2).type_as(probs)
        dims: Tuple[int, ...] = tuple(range(1, target.ndim + 1))
        tp = torch.sum(probs * onehot, dims)
        fp = torch.sum(probs * (1. - onehot), dims)
        fn = torch.sum((1. - probs) * onehot, dims)
        score = tp / (tp + self.alpha * fp + self.beta * fn + self.eps)
        return torch.mean(1. - score)


def train_step(x, *, model, optimizer, **extra):
    with torch.no_grad():
        y = model(x)[:, :1, ..., None]
    mean, log_var = y.chunk(2, dim=-1)
    z = mean + (0.5 * log_var).exp() * torch.randn_like(mean)
    kl = -0.5 * (1 + log_var - mean ** 2 - log_var.exp()).sum(1)
    total = sum(w @ w.T for w in model.parameters() if w.ndim > 1)
    return {"loss": kl.mean() + 1_0e-4 * total, **extra}
