x = 1
x = y = z = 1
x, y = 1, 2
(x, y) = 1, 2
[x, y] = 1, 2
x, (y, z) = a
x, *y = a
*x, y = a
*x, = a
[*x, y] = a
x.y = 1
x[0] = 1
x[0], y.z = 1, 2
x = y, = z
x = 1,
x = *a, b
(x) = 1
((x)) = 1
() = x
[] = x
x: int
x: int = 1
(x): int = 1
x.y: int = 1
x[0]: int
x: int = 1, 2
x: "a" = *b, c
pass; pass
pass;
x = 1; y = 2
a; b; c;
assert x
assert x, y
assert (x, y)
raise
raise x
raise X("a") from y
del x
del x, y
del (x, y)
del (x), [y]
del x.y, x[0],
del ()
if x: pass
if x: pass; pass
if x:
    pass
elif y:
    pass
elif z: pass
else:
    pass
if x:
    if y:
        pass
    else:
        pass
if (x): pass
if x := y: pass
for x in y: pass
for x, y in z: pass
for x, in y: pass
for (x, y) in z: pass
for [x, y] in z: pass
for x, (y, z) in w: pass
for *x, y in z: pass
for x.y in z: pass
for x[0] in z: pass
for x in 1, 2: pass
for x in *a, b: pass
for x in a if b else c: pass
for x in y:
    break
else:
    pass
while x: pass
while x:
    continue
else:
    x
while True:
    for x in y:
        continue
    break
with x: pass
with x as y: pass
with x as y, z as w: pass
with x, y: pass
with (x): pass
with (x, y): pass
with (x as y): pass
with (x as y, z as w): pass
with (x as y, z): pass
with (x, y,): pass
with (x) as y: pass
with (x, y) as z: pass
with (x).y as z: pass
with (x), (y): pass
with x as (y, z): pass
with x as [y, z]: pass
with x as y.z: pass
with x as y[0]: pass
with (x for x in y): pass
with (x := y): pass
with (): pass
with (*x, y): pass
with (x * y): pass
with (x if y else z) as w: pass
with open(x) as f, \
     open(y) as g:
    pass
with (
    open(x) as f,
    open(y) as g,
):
    pass
import a
import a.b.c
import a as b
import a.b as c, d, e as f
from a import b
from a import b as c, d
from a import (b)
from a import (b, c as d,)
from a import *
from . import a
from .a import b
from .. import a
from ... import a
from .... import a
from ..a.b import (
    c,
    d,
)
import a . b
x = lambda: (1,
             2)

try:
    import fast as speed
except ImportError as missing:
    speed = None
except (ValueError, TypeError):
    raise
except:
    pass
else:
    ready = True
finally:
    done = True
