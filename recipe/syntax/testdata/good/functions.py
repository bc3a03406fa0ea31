def f(): pass
def f(a): return a
def f(a, b): return
def f(a, b=1, *args, c, d=2, **kwargs): pass
def f(a, /): pass
def f(a, /, b): pass
def f(a, b=1, /, c=2, *, d, e=3): pass
def f(*, a): pass
def f(*args): pass
def f(**kwargs): pass
def f(*args, a): pass
def f(a,): pass
def f(a: int, b: "str" = 1, *args: int, c: x[0] = 2, **kwargs: int) -> None: pass
def f(*args: *Ts): pass
def f() -> a[b, c]: pass
def f(
    a,  # first
    b = 2,
) -> int:
    """Docstring."""

    return (a,
            b)


@decorator
def f(): pass

@a.b.c
@d(1, x=2)
@(lambda f: f)
@e[0]
@x := y
def f():
    def g():
        return 1
    return g

def outer():
    x = 1
    def inner(y):
        if y:
            return x
        return y
    return inner

def f():
    return *a, b

def f(): return a if b else c; x = 1
def é(ü): return ü
