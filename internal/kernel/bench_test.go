package kernel

import (
	"fmt"
	"testing"
)

// gemmWork are products as they occur: a square one, and the layers of small networks.
var gemmWork = []struct {
	form    string
	m, n, k int
	pad     int
}{
	{"forward", 1024, 1024, 1024, 0},
	{"forward", 1024, 1024, 1024, 16},
	{"forward", 64, 256, 256, 0},
	{"forward", 64, 256, 32, 0},
	{"forward", 1024, 256, 256, 0},
	{"forward", 1, 256, 256, 0},
	{"forward", 64, 1, 256, 0},
	{"forward", 1024, 1, 256, 0},
	{"forward", 64, 10, 256, 0},
	{"data gradient", 64, 256, 256, 0},
	{"data gradient", 1024, 256, 256, 0},
	{"data gradient", 64, 256, 1, 0},
	{"weight gradient", 256, 256, 64, 0},
	{"weight gradient", 256, 256, 64, 16},
	{"weight gradient", 256, 256, 1024, 0},
	{"weight gradient", 256, 256, 1024, 16},
	{"weight gradient", 32, 256, 64, 0},
	{"weight gradient", 256, 1, 64, 0},
}

func BenchmarkGemm(b *testing.B) {
	forms := map[string]gemmForm{}
	for _, f := range gemmForms {
		forms[f.name] = f
	}
	for _, s := range sets() {
		for _, w := range gemmWork {
			f := forms[w.form]
			f.pad = w.pad
			g := f.make(newRand(), w.m, w.n, w.k)
			b.Run(fmt.Sprintf("%s/%s/%dx%dx%d/pad%d", s.Name, w.form, w.m, w.n, w.k, w.pad), func(b *testing.B) {
				for b.Loop() {
					s.Gemm(g, 0, g.M, 0, Panels(g.N))
				}
				b.ReportMetric(2*float64(w.m)*float64(w.n)*float64(w.k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}

// Elementwise kernels on a tile that fits the first cache.
func BenchmarkElementwise(b *testing.B) {
	const n = 1024
	r := newRand()
	a, x, c, dst := normals(r, n), normals(r, n), normals(r, n), make([]float32, n)
	for i := range a {
		a[i] = abs(a[i])
	}
	for _, s := range sets() {
		for _, e := range elemCases {
			b.Run(s.Name+"/"+e.name, func(b *testing.B) {
				for b.Loop() {
					e.run(s, dst, a, x, c, 1.5, 2.5)
				}
				b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/n, "ns/element")
			})
		}
	}
}
