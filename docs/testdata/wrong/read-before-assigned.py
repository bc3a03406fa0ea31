# fault: a name read before it is assigned
# thread: examples/questions/3
# elsewhere: Python: UnboundLocalError, when the first batch arrives
# check: --pred N,1 --target N,1 --activation none --target-kind binary
# says: unbound-local
import torch
import torch.nn as nn
import torch.nn.functional as F


class Focal(nn.Module):
    def forward(self, inputs, targets):
        probs = probs.view(-1, 1)
        bce = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
        return ((1 - probs) ** 2 * bce).mean()
