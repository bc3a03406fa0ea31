f()
f(a)
f(a,)
f(a, b)
f(a=1)
f(a, b=1, c=2,)
f(*a)
f(**a)
f(*a, *b, **c, **d)
f(a, *b, c, d=1, *e, **g)
f(a=(1))
f((a))
f(a)(b)(c)
f(
    a,
    b = 2,  # comment
    *c,
    **d,
)
f(a=lambda x: x, b=[1, 2])
f(lambda: 1)
f(x if y else z)
f(not x)
f(x := 1, y=2)
print("x", end="")
print >> f
match(x)
match[0]
match = 1
match.x = 2
case = 1
type = 3
type(x)
type.y
_ = 1
match (x), y
match * x
lambda: 1
lambda x: x
lambda x, y=1: x
lambda *a: a
lambda **k: k
lambda x, /, y, *, z, w=1, **k: x
lambda *a, b: a
lambda x=lambda: 1: x
lambda x,: x
lambda *, a: a
(lambda: (yield_))
