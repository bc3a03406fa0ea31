# Records what PyTorch gives for each expression of values.txt:
#   python3 record.py < values.txt > recorded && mv recorded values.txt
# Version of the recording: see the first line of values.txt.
import sys, torch
from torch import nn
import torch.nn.functional as F

exec(open("setup.py").read())

def plain(v):
    if isinstance(v, torch.Tensor): return plain(v.tolist())
    if isinstance(v, torch.Size): return list(v)
    if isinstance(v, (list, tuple)): return [plain(e) for e in v]
    if isinstance(v, bool): return int(v)
    return v

print("# Expressions and the values that PyTorch %s gives them, recorded by record.py; setup.py has the tensors." % torch.__version__.split("+")[0])
for line in sys.stdin:
    expr = line.split(" => ")[0].rstrip("\n")
    if expr.startswith("#") or not expr: continue
    print(expr + " => " + repr(plain(eval(expr))).replace("nan", "None"))
