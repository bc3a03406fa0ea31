# check: --pred N,1 --target N,1 --activation none --target-kind binary
import torch
import torch.nn as nn
import torch.nn.functional as F


class Focal(nn.Module):
    def forward(self, inputs, targets):
        probs = torch.sigmoid(inputs)
        bce = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
        pt = torch.where(targets == 1, probs, 1 - probs)
        return ((1 - pt) ** 2 * bce).mean()
