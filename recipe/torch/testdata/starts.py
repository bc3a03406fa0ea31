import torch
from torch import nn
import torch.nn.init as init

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
        self.second = nn.Sequential(nn.LayerNorm(2), nn.Tanh())
        self.table = nn.Embedding(64, 4)
        self.table.weight.data.uniform_(-0.25, 0.5)
        self.norm = nn.BatchNorm2d(5)
        for name in ["first", "second"]:
            for m in self._modules[name]:
                start(m)

def start(m):
    if isinstance(m, nn.Linear):
        init.orthogonal_(m.weight)
        m.bias.data.fill_(0)
    elif isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)):
        m.weight.data.fill_(2)
        if m.bias is not None:
            init.constant_(m.bias, -1)
    elif isinstance(m, nn.LayerNorm):
        m.weight.data.fill_(3)

model = Model()
linear = model.first[0].weight
linear_bias = model.first[0].bias
gamma = model.first[1].weight
beta = model.first[1].bias
layer_gamma = model.second[0].weight
table = model.table.weight
untouched = model.norm.weight
