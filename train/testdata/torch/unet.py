"""Records a U-Net of PyTorch's, its state_dict and what it says of an image (PyTorch 2, CPU):

    python3 unet.py        # writes model.safetensors and said.json beside it

The attributes are those of nn.UNet, so load_state_dict takes what Descent writes, too:

    net.load_state_dict(safetensors.torch.load_file("runs/nuclei-1/model.safetensors"))
"""
import json, pathlib, struct
import torch, torch.nn as nn, torch.nn.functional as F


class Level(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.first, self.first_norm = nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o)
        self.second, self.second_norm = nn.Conv2d(o, o, 3, padding=1, bias=False), nn.BatchNorm2d(o)

    def forward(self, x):
        return F.relu(self.second_norm(self.second(F.relu(self.first_norm(self.first(x))))))


class Up(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.enlarge, self.level = nn.ConvTranspose2d(i, o, 2, 2), Level(i, o)

    def forward(self, below, seen):
        x = self.enlarge(below)[:, :, :seen.shape[2], :seen.shape[3]]
        return self.level(torch.cat([seen, x], 1))


class UNet(nn.Module):
    def __init__(self, base, depth):
        super().__init__()
        width = [base << k for k in range(depth + 1)]
        self.down = nn.ModuleList(Level(i, o) for i, o in zip([1] + width, width))
        self.up = nn.ModuleList(Up(width[k + 1], width[k]) for k in range(depth))
        self.head = nn.Conv2d(base, 1, 1)

    def forward(self, x):
        seen = []
        for k, level in enumerate(self.down):
            x = level(F.max_pool2d(x, 2, ceil_mode=True) if k else x)
            seen.append(x)
        for k in reversed(range(len(self.up))):
            x = self.up[k](x, seen[k])
        return torch.sigmoid(self.head(x))


def write(path, tensors):  # the format of safetensors
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, t in sorted(tensors.items()):
        raw = t.contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(t.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    torch.manual_seed(7)
    net, here = UNet(2, 2), pathlib.Path(__file__).parent
    with torch.no_grad():
        for name, t in net.state_dict().items():
            if t.is_floating_point():
                alive = "norm" in name and not name.endswith("running_mean")  # keeps units from being dead
                t.copy_(torch.rand_like(t) + 0.5 if alive else torch.randn_like(t) * 0.3)
    net.eval()
    image = torch.randn(2, 1, 9, 7)
    with torch.no_grad():
        said = net(image)
    assert said.std() > 0.05, said.std()
    write(here / "model.safetensors", {k: v for k, v in net.state_dict().items() if v.is_floating_point()})
    numbers = lambda t: [round(float(v), 7) for v in t.permute(0, 2, 3, 1).flatten()]
    (here / "said.json").write_text(json.dumps({"torch": torch.__version__, "image": numbers(image), "said": numbers(said)}) + "\n")
