# fault: [N 1] against [N] in PyTorch
# thread: https://github.com/pytorch/pytorch/issues/16045
# elsewhere: PyTorch: N*N terms and the wrong fit; a warning since 1.1
# check: --pred N,1 --target N --activation none
# says: loss-shape
import torch
import torch.nn as nn
import torch.nn.functional as F


class Regression(nn.Module):
    def forward(self, inputs, targets):
        return nn.MSELoss()(inputs, targets)
