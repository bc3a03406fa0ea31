()
(a,)
(a, b)
(a, b,)
a,
a, b
a, b,
(*a, b)
*a, b
*a,
[]
[a]
[a,]
[a, *b, c]
{}
{a}
{a, b,}
{*a, b}
{a: b}
{a: b, c: d,}
{**a}
{**a, b: c, **d}
{a: lambda: 1, "b": c if d else e}
[[], [[]], {}, ()]
[x for x in y]
[x for x in y if x]
[x for x in y if x if y]
[x + z for x in y for z in w if x]
[(x, z) for x, z in y]
[x for x, in y]
[x for (x, z) in y]
[x for x, *z in y]
[x for x[0] in y]
[x for x.a in y]
{x for x in y}
{x: y for x, y in z}
{x: y for x in a if b for y in c}
(x for x in y)
f(x for x in y)
f((x for x in y))
f((x for x in y), 1)
f(*(x for x in y))
[y := x for x in z]
(y := x for x in z)
[lambda: x for x in y]
[x for x in y if a and b or c]
[x if x else y for x in z]
None, True, False, ...
