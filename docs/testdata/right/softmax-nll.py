# check: --pred N,4 --target N --activation none --target-kind index
import torch
import torch.nn as nn
import torch.nn.functional as F


class Classify(nn.Module):
    def forward(self, inputs, targets):
        return nn.NLLLoss()(F.log_softmax(inputs, dim=1), targets)
