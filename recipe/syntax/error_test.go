package syntax

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sebdah/goldie/v2"
)

// badSources are refused, each for the reasons in testdata/errors.golden. An empty line parts the sources.
const badSources = `
train(data mlp())

x = (1, 2
y = 3

train(
    data,
    mlp(hidden = [64],
    epochs = 3,
)

data = table("a.csv"
train(data, mlp())
x = = 1

def f(a, b:
    return a
def g(:
    return b

x = f(
    1
    def g(): pass
y = = 2

x = [1, 2)

x = f(a]

y = f(a])

x = f(g(1]))

x = 1)

if x = 3:
    pass

z = “hello”

x = a − b

x = 3 € y

a && b

a || b

x++

if !x:
    pass

x <> y

x = a ? b : c

print "hi"

print x, y

f(a, b=1, c)

f(**k, a)

f(**k, *a)

f(a.b=1)

f(True=1)

f(a=1, a=2)

tversky(lambda=0.5)

lambda = 0.5

class = "Yes"

f(x for x in y, 2)

f(2, x for x in y)

class A(x for x in y): pass

x = 0777

x = 1_

x = 1__0

x = 0x

x = 0b12

x = 0o8

x = 12abc

x = 1.5e

s = "abc

print("hello)
y = 3

f(
    name = "abc,
    epochs = 3,
)
y = = 3

s = """abc

x = f"abc

x = f"{a"
y = = 2

x = f"{a

x = f"{a:>3"

x = f"{}"

x = f"{a!z}"

x = f"{a! r}"

x = f"a}"

x = f"{a b}"

x = f"{lambda x: 1}"

x = f"{(a]}"

x = f"{a)}"

"\x4" "\u12" "\Uffffffff" "\ud800"

open("C:\Users\me")

"\N{EM DASH}"

f"\N{EM DASH}{x}"

rf"\N{x y}"

b"é"

"a" b"b"

class A
    def m(self):
        return 1

for i in range(3)
    print(i)

else if x:
    pass

if x:
    pass
else if y:
    pass

elif z:
    pass

except E:
    pass

if x {
    y
}

if x:
y = 3

def f():

def f():
    # nothing here
x = 1

class A: # nothing
x = 1

for x in y:
else:
    pass

    x = 1

x = 1
    y = 2
z = = 3

if x:
    y = 1
  z = 2
w = = 3

if x:
        y = 1
	z = 2

1 = x

f() = 3

None = 3

a + b = c

x = (True, False, ..., lambda: 1, [], {}, {1}, a < b, a if b else c, f"{x}") = 1

x, ... = 1

x, (lambda: 1) = 1

x, {} = 1

x, {1} = 1

x, a < b = 1

[x, a if b else c] = 1

x, f"{y}" = 1

x, (y := z) = 1

x, [y for y in z] = 1

x, {y for y in z} = 1

x, {y: y for y in z} = 1

x, (y for y in z) = 1

x.y, (*z) = 1

del (*a, b)

for *a in b: pass

a a_very_long_name_of_more_than_forty_characters_in_all

f(a {b})

{a := 1: 2}

x--

1.0_

1e5_

1.5_x

x = 1.__0

a, f() = 1, 2

x = 1 = y

a, b += 1

f() += 1

(a, b): int = 1

f(): int = 1

whlie(x):
    y = = 1

for f() in y: pass

for x y in z: pass

with x as f(): pass

del f()

del x + 1

def g(a=1, b): pass

def g(a, a): pass

def g(*): pass

def g(a, *, **k): pass

def g(*a, *b): pass

def g(**k, a): pass

def g(/, a): pass

def g(a, /, b, /): pass

def g(*a, /): pass

def g(*a=1): pass

def g(**k=1): pass

def g((a, b)): pass

def (a): pass

def f(1): pass

def class(): pass

lambda (a, b): 3

lambda a=1, b: 3

x = lambda a, a: 1

return 5

class A:
    return 5

break

if x: continue

def f():
    from x import *

{1: 2, 3}

{1:}

{1: *a}

{**a for a in b}

{*a: 1}

[*a for a in b]

*a = 3

(*a)

x = *a

*a, *b = c

x if y

x = not

x = a +

x = (a +)

x = [a, , b]

x = a b

x := 3

(x.y := 3)

((x) := 3)

foo bar baz

x.

x.1y

import a.

import

from a import

from a import b,

from a import (b, c

from a b

import a as 3

from . import a.b

@foo
x = 3

@foo bar
def f(): pass

raise x from

assert

x = 3;; y = 4

= 4

x = 1
    ) = 3

x = 3 \ y
z = = 4

x = 1 +\

while x
    y = (3
    z = 3
def f(): return 3

def f():
    x = yield 3
    yield
    yield from x
    return (yield)

def f():
    global x
    def g():
        nonlocal y, z
    y = z = 1

async def foo():
    await bar()
    async with x: pass
    async for y in z: pass
    return [a async for a in b]

@dec
async def foo(): pass

async x

try:
    x = 1
except E as e:
    y z
except:
    pass
else:
    w = = 1
finally:
    pass

try:
    x = 1
y = 2

try x
except: pass

match x:
    case 1: pass
    case [a, *_] if a:
        y z
    case {"k": v}:
        pass

def f():
    return f"{yield}"

match x:
    case 1: pass
    y z

type X = int

def f[T](x: T) -> T: return x

class A[T: int, *Ts]: pass

x = 3j + 1.5J
`

func splitSources(all string) []string {
	return strings.Split(strings.Trim(all, "\n"), "\n\n")
}

// TestErrors compares all messages, with the underlined source, with the golden file (-update writes it).
func TestErrors(t *testing.T) {
	var b strings.Builder
	for _, src := range splitSources(badSources) {
		m, errs := checkParse(t, src)
		if len(errs) == 0 {
			t.Errorf("accepted: %q", src)
		}
		fmt.Fprintf(&b, "===\n%s\n---\n", src)
		for _, e := range errs {
			fmt.Fprintf(&b, "%s\n\t%s\n\t%s\n", e, m.Line(e.Start.Line), underline(m, e))
		}
	}
	goldie.New(t).Assert(t, "errors", []byte(b.String()))
}

// underline marks the span of an error below its first line.
func underline(m *Module, e *Error) string {
	line := []rune(m.Line(e.Start.Line))
	width := e.End.Col - e.Start.Col
	if e.End.Line > e.Start.Line {
		width = len(line) + 1 - e.Start.Col
	}
	space := make([]rune, e.Start.Col-1)
	for i := range space {
		space[i] = ' '
		if i < len(line) && line[i] == '\t' {
			space[i] = '\t'
		}
	}
	return string(space) + strings.Repeat("^", max(width, 1))
}

// TestOracleErrors checks that CPython refuses what we call wrong, and reads what we only leave out.
func TestOracleErrors(t *testing.T) {
	py := findPython(t)
	if !py.inner() {
		t.Skip("needs python3 of version 3.12 or later for its syntax of f-strings and types")
	}
	dir := t.TempDir()
	var files []string
	for i, src := range splitSources(badSources) {
		file := filepath.Join(dir, fmt.Sprintf("e%03d.py", i))
		if err := os.WriteFile(file, []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	sums := py.dump(t, files)
	for i, src := range splitSources(badSources) {
		_, errs := Parse("x.py", []byte(src))
		refused := strings.HasPrefix(sums[files[i]], "error")
		if refused == onlyUnsupported(errs) {
			t.Errorf("CPython refuses: %v (%s); we say %v; in %q", refused, sums[files[i]], errs[0], src)
		}
	}
}
