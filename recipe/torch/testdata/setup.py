a = torch.tensor([[0.5, -1.25, 2.0], [-0.75, 1.5, 0.25]])
b = torch.tensor([[-0.5, 0.75, 1.0], [2.0, -1.5, 0.25]])
p = torch.tensor([[0.125, 0.5, 0.875], [0.75, 0.25, 0.375]])
y = torch.tensor([[0.0, 1.0, 1.0], [1.0, 0.0, 0.25]])
s = torch.tensor([[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]])
m = torch.tensor([[True, False, True], [False, True, True]])
k = torch.tensor([[2, 0], [1, 1]])
v = torch.tensor([1.0, -2.0, 3.0])
c = torch.arange(12).reshape(2, 2, 3) / 4 - 1
x4 = (torch.arange(72) % 7 - 3).reshape(1, 2, 6, 6) / 2
k4 = (torch.arange(36) % 5 - 2).reshape(2, 2, 3, 3) / 2

# What changes in place: each function returns all that might have changed.
def scattered():
    x = torch.zeros(2, 3)
    same, other, flat, before = x, x.clone(), x.view(-1), x + 1
    x.scatter_(1, torch.tensor([[2], [0]]), 1)
    return x, same, other, flat, before

def through_views():
    x = a.clone()
    flat, turned, row = x.view(-1), x.t(), x[1]
    flat[0] = 7
    turned[1].zero_()
    row[1:] = torch.tensor([5.0, 6.0])
    x[:, 2] *= 2
    return x, flat, turned, row, a

def by_mask():
    x, z = a.clone(), c.clone()
    x[x > 1] = -1
    z[z.sum(2) > 0] = 0
    return x, z

def of_its_own():
    x = a.sum(1)
    x[0] = 100
    y = a.clone()
    y.clamp_(0, 1).mul_(2).add_(1)
    z = torch.FloatTensor(2, 3).zero_()
    z.fill_(3)
    w = a.clone()
    w.copy_(b)
    w.neg_()
    return x, y, z, w, a, b

def differences(x):
    x[1:] = x[1:] - x[:-1]
    return x

def swapped():
    x = a.clone()
    x[0], x[1] = b[1], b[0]
    return x

class Held(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(3, 2)
        self.act = nn.ReLU()
        self.scale = 2.0
        self.body = nn.Sequential(nn.Linear(3, 3), nn.Tanh())
        self.add_module("last", nn.Identity())

def by_name():
    m = Held()
    before = list(m._modules) == ["out", "act", "body", "last"]
    m._modules["extra"] = nn.ReLU()
    del m._modules["act"]
    m.body._modules["1"] = nn.ReLU()
    m.body._modules.pop("0")
    kinds = [isinstance(child, nn.Sequential) for child in m.children()]
    return before, list(m._modules) == ["out", "body", "last", "extra"], list(m.body._modules) == ["1"], kinds, "act" in m._modules, m.extra(a), m.body(a)

def added_to():
    x = a.clone()
    same, row = x, x[0]
    x *= 2
    row += 1
    kept = row
    row = row - 5
    return x, same, row, kept

def in_place(f):
    x = a.clone()
    same, flat, row, before = x, x.view(-1), x[0], x + 1
    y = f(x)
    y += 1
    return x, same, flat, row, before, y

def in_place_on_part(f):
    x = a.clone()
    flat = x.view(-1)
    part = f(flat[1:3])
    part *= 2
    return x, flat, part

def on_diagonal():
    x = x4[0, 0].clone()
    x.fill_diagonal_(9)
    return x

def unwatched():
    x = torch.zeros(2, 3)
    with torch.no_grad():
        x.fill_(0.5)
        x.scatter_(1, torch.tensor([[2], [0]]), 2.0)
        x.view(-1)[3:].mul_(2).add_(1)
    return x

class Shortcut(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU(inplace=True)
        self.drop = nn.Dropout(0.5, inplace=True).eval()

    def forward(self, x):
        skip = x
        y = self.drop(self.act(x - 1))
        y += skip
        z = self.act(skip)
        return x, y, z

def shortcut():
    return Shortcut().eval()(a.clone())

def shared(f):
    x = a.clone()
    y = f(x)
    y[0] = 100
    x[1, 1] = -5
    return x, y

def stepped():
    x = a.clone()
    x[:, ::2] = 7
    x[::2][0, 1] = 8
    y = x[:, ::2]
    x[1, 2] = -4
    y[0] *= 2
    return x, y

def encoded():
    table = torch.zeros(4, 6)
    table[:, 0::2] = torch.ones(4, 3)
    table[:, 1::2] = 2 * torch.arange(4.0).unsqueeze(1)
    return table
