# fault: probabilities where their logarithms belong
# thread: https://github.com/AnubhavGupta3377/Text-Classification-Models-Pytorch/issues/9
# elsewhere: PyTorch: trains, with a loss below 0
# check: --pred N,4 --target N --activation none --target-kind index
# says: loss-domain
import torch
import torch.nn as nn
import torch.nn.functional as F


class Classify(nn.Module):
    def forward(self, inputs, targets):
        return nn.NLLLoss()(F.softmax(inputs, dim=1), targets)
