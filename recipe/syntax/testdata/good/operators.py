a + b - c
a * b / c // d % e @ f
a << b >> c
a & b | c ^ d
a + b * c ** d
(a + b) * c
a ** -b
-a ** b
a or b or c and d and not e
a < b
a == b != c <= d >= e > f
a is b
a is not b
a in b
a not in b not in c
not a in b
a if b else c
a if b else c if d else e
(a if b else c) if d else e
x = (y := 3) + 1
(y := f(x))
[y := 1, y ** 2]
f(y := 1)
x[y := 1]
{y := 1, 2}
while chunk := read(): pass
a.b.c
a.b(c)[d].e
a . b
a[0]
a[0][1]
a[:]
a[1:]
a[:1]
a[::]
a[::2]
a[1:2:3]
a[1:2, ::3, ...]
a[1,]
a[*b]
a[*b, c]
a[b, *c]
a[:, None]
a[(1, 2)]
a[lambda: 1]
a()()
(((a)))
(a)(b)
((a) + (b))
a @ b @ c
x @= y
x **= 2
x //= 2
x >>= 1
x <<= 1
x &= 1
x ^= 1
x |= 1
x %= 1
x += 1, 2
x -= 1
x *= 1
x /= 1
x.y += 1
x[0] += 1
(x) += 1

µ = 3
print(μ)
