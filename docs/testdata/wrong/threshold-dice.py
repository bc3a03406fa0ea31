# fault: Dice of a thresholded mask
# thread: https://github.com/qubvel-org/segmentation_models.pytorch/pull/611
# elsewhere: PyTorch: "element 0 of tensors does not require grad"; with requires_grad=True set by hand it runs and trains nothing
# check: --pred N,1,16,16 --target N,1,16,16 --activation sigmoid --target-kind binary
# says: not-differentiable
import torch
import torch.nn as nn
import torch.nn.functional as F


class DiceLoss(nn.Module):
    def forward(self, inputs, targets):
        mask = (inputs > 0.5).float()
        both = (mask * targets).sum()
        return 1 - (2 * both + 1) / (mask.sum() + targets.sum() + 1)
