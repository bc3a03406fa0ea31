x = 1
def f(a, /, b=2, *args, c, d=3, **kw) -> int:
    return a + b
if x: pass
elif y: z = f"a{x!r:>{w}}b"
else:
    for i in range(3): print(i)
