# fault: a sigmoid in front of a loss that applies it
# thread: https://github.com/itakurah/focal-loss-pytorch/pull/5
# elsewhere: PyTorch: trains; no probability falls below 0.5
# check: --pred N,1 --target N,1 --activation none --target-kind binary
# says: loss-domain
import torch
import torch.nn as nn
import torch.nn.functional as F


class FocalLoss(nn.Module):
    def forward(self, inputs, targets):
        probs = torch.sigmoid(inputs)
        bce = F.binary_cross_entropy_with_logits(probs, targets, reduction="none")
        pt = probs * targets + (1 - probs) * (1 - targets)
        return ((1 - pt) ** 2 * bce).mean()
