# fault: target [N], output [N 1]
# thread: https://github.com/pytorch/pytorch/issues/25663
# elsewhere: PyTorch: "Target size must be the same as input size"
# check: --pred N,1 --target N --activation none
# says: loss-shape
import torch
import torch.nn as nn
import torch.nn.functional as F


class Binary(nn.Module):
    def forward(self, inputs, targets):
        return nn.BCEWithLogitsLoss()(inputs, targets)
