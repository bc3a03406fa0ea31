class A: pass
class A(): pass
class A(B): pass
class A(B, C): pass
class A(B, metaclass=M): pass
class A(*B, **k): pass
class A(B, *C, d=1, **e): pass
class A(nn.Module):
    """Docstring."""
    x = 1
    y: int
    z: int = 2

    def __init__(self, smooth=1):
        super().__init__()
        self.smooth = smooth

    @property
    def w(self): return self.smooth

    @staticmethod
    def s(): pass

@decorator
class A:
    class B:
        class C: pass
