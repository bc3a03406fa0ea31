# check: --pred N,1 --target N --activation none
import torch
import torch.nn as nn
import torch.nn.functional as F


class Regression(nn.Module):
    def forward(self, inputs, targets):
        return nn.MSELoss()(inputs, targets.view(-1, 1))
