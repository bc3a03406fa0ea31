# check: --pred N,1,16,16 --target N,1,16,16 --activation sigmoid --target-kind binary
import torch
import torch.nn as nn
import torch.nn.functional as F


class DiceLoss(nn.Module):
    def forward(self, inputs, targets):
        both = (inputs * targets).sum()
        return 1 - (2 * both + 1) / (inputs.sum() + targets.sum() + 1)
