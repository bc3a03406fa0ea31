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
	{"forward, row-major weights", 1024, 1024, 1024, 0},
	{"forward, row-major weights", 64, 256, 256, 0},
	{"forward, row-major weights", 64, 256, 32, 0},
	{"forward, row-major weights", 1024, 256, 256, 0},
	{"forward", 1, 256, 256, 0},
	{"forward", 2, 256, 256, 0},
	{"forward", 1, 64, 784, 0},
	{"forward, row-major weights", 64, 1, 256, 0},
	{"forward, row-major weights", 1024, 1, 256, 0},
	{"forward", 64, 10, 256, 0},
	{"data gradient", 64, 256, 256, 0},
	{"data gradient", 1024, 256, 256, 0},
	{"data gradient", 64, 256, 1, 0},
	{"weight gradient", 256, 256, 64, 0},
	{"weight gradient", 256, 256, 64, 16},
	{"weight gradient", 256, 256, 1024, 0},
	{"weight gradient", 256, 256, 1024, 16},
	{"weight gradient", 32, 256, 64, 0},
	{"row-major weight gradient", 256, 1, 64, 0},
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

// otherWork are the kernels that are neither products nor elementwise; bytes counts what they read and write.
var otherWork = []struct {
	name     string
	elements int
	bytes    int
	run      func(s *Set, a, b, c, d []float32)
}{
	{"Sum", 1024, 4096, func(s *Set, a, _, _, _ []float32) { s.Sum(a[:1024]) }},
	{"Sum", 10, 40, func(s *Set, a, _, _, _ []float32) { s.Sum(a[:10]) }},
	{"MaxOf", 1024, 4096, func(s *Set, a, _, _, _ []float32) { s.MaxOf(a[:1024]) }},
	{"Finite", 65536, 65536 * 4, func(s *Set, a, _, _, _ []float32) { s.Finite(a) }},
	{"Dot", 1024, 8192, func(s *Set, a, b, _, _ []float32) { s.Dot(a[:1024], b[:1024]) }},
	{"SumColumns", 64 * 256, 65536, func(s *Set, a, b, _, _ []float32) { s.SumColumns(b[:256], a[:64*256], 64, 256, 256) }},
	{"SumRows", 1024 * 10, 40960, func(s *Set, a, b, _, _ []float32) { s.SumRows(b[:1024], a[:10240], 1024, 10, 10) }},
	{"Softmax10", 10240, 81920, func(s *Set, a, b, _, _ []float32) { s.Softmax(b[:10240], a[:10240], 1024, 10) }},
	{"Softmax1000", 16000, 128000, func(s *Set, a, b, _, _ []float32) { s.Softmax(b[:16000], a[:16000], 16, 1000) }},
	{"Adam", 65536, 65536 * 28, func(s *Set, a, b, c, d []float32) { s.Adam(a, b, c, d, adamSteps[0]) }},
	{"SGD", 65536, 65536 * 20, func(s *Set, a, b, c, _ []float32) { s.SGD(a, b, c, SGDStep{Momentum: 0.9, Keep: 1, Scale: 1}) }},
	{"Uniform", 65536, 65536 * 4, func(s *Set, a, _, _, _ []float32) { s.Uniform(a, Stream{}, 0) }},
	{"Normal", 65536, 65536 * 4, func(s *Set, a, _, _, _ []float32) { s.Normal(a, Stream{}, 0) }},
	{"Pack", 65536, 65536 * 8, func(s *Set, a, b, _, _ []float32) { s.Pack(Packed(b, 256), RowMajor(a, 256), 256, 256, 0, 16) }},
	{"PackT", 65536, 65536 * 8, func(s *Set, a, b, _, _ []float32) { s.PackT(Packed(b, 256), RowMajor(a, 256), 256, 256, 0, 16) }},
	{"PackT of packed", 65536, 65536 * 8, func(s *Set, a, b, _, _ []float32) { s.PackT(Packed(b, 256), Packed(a, 256), 256, 256, 0, 16) }},
}

func BenchmarkOther(b *testing.B) {
	r := newRand()
	w, x, y, z := normals(r, 65536), normals(r, 65536), normals(r, 65536), make([]float32, 65536)
	for _, s := range sets() {
		for _, o := range otherWork {
			b.Run(fmt.Sprintf("%s/%s/%d", s.Name, o.name, o.elements), func(b *testing.B) {
				b.SetBytes(int64(o.bytes))
				for b.Loop() {
					o.run(s, w, x, y, z)
				}
				b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(o.elements), "ns/element")
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
