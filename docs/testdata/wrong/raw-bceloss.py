# fault: raw scores in BCELoss
# thread: https://github.com/NVIDIA/pix2pixHD/issues/9
# elsewhere: PyTorch: "Assertion `input >= 0. && input <= 1.` failed", at the first bad batch
# check: --pred N,1 --target N,1 --activation none --target-kind binary
# says: loss-domain
import torch
import torch.nn as nn
import torch.nn.functional as F


class Adversarial(nn.Module):
    def __init__(self):
        super().__init__()
        self.loss = nn.BCELoss()

    def forward(self, inputs, targets):
        return self.loss(inputs, targets)
