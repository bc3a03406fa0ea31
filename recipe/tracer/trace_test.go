package tracer

import (
	"testing"

	"github.com/descent-ml/descent/graph"
)

// run traces a source, and returns what it printed and what was refused.
func run(t *testing.T, source string) (out string, ds graph.Diagnostics) {
	t.Helper()
	out, ds, _ = runWith(source, Config{})
	return out, ds
}

func runWith(source string, c Config) (out string, ds graph.Diagnostics, tr *Tracer) {
	modules := Modules()
	c.File, c.Source, c.Graph = "x.py", []byte(source), graph.New(graph.Inference)
	c.Graph.Language = graph.Python
	c.Modules, c.Names = modules, Names(modules)
	tr, ds = New(c)
	if tr == nil {
		return "", ds, nil
	}
	tr.Check()
	tr.Run()
	return tr.Output(), tr.g.Diagnostics(), tr
}

func TestScratch(t *testing.T) {
	out, ds := run(t, `
x = [1, 2, 3]
print(sum(x) / 2, x[::-1], f"{3.14159:8.3f}|{'a'!r:>5}")
class A:
    k = 3
    def __init__(self, n):
        self.n = n
    def __call__(self, z):
        return self.n * z + self.k
class B(A):
    def __init__(self):
        super().__init__(5)
print(B()(4), [i ** 2 for i in range(5) if i % 2], {a: b for a, b in zip("ab", x)})
a = K.constant([1., 2.])
a * 2
print(K.sum(a), K.sum(a, axs = 0))
tabel(3)
if K.sum(a) == 0:
    b = 3
print(b)
def f(q):
    pred = pred + 1
    return pred
f(1)
`)
	t.Log(out)
	t.Log(ds.Error())
}
