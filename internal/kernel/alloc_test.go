package kernel

import "testing"

// A step allocates nothing.
func TestNoAllocation(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		a := normals(newRand(), 65536)
		for _, o := range otherWork {
			if n := testing.AllocsPerRun(1, func() { o.run(s, a, a, a, a) }); n != 0 {
				t.Errorf("%s allocates %v times", o.name, n)
			}
		}
		for _, e := range elemCases {
			if n := testing.AllocsPerRun(1, func() { e.run(s, a[:100], a[:100], a[:100], a[:100], 1, 2) }); n != 0 {
				t.Errorf("%s allocates %v times", e.name, n)
			}
		}
		for _, f := range gemmForms {
			for _, z := range gemmSizes {
				g := f.make(newRand(), z[0], z[1], z[2])
				if n := testing.AllocsPerRun(1, func() { s.Gemm(g, 0, g.M, 0, Panels(g.N)) }); n != 0 {
					t.Errorf("%s of %v allocates %v times", f.name, z, n)
				}
			}
		}
		for _, w := range imageWork(newRand(), func(a []float32) []float32 { return a }) {
			if n := testing.AllocsPerRun(1, func() { w.run(s) }); n != 0 {
				t.Errorf("%s allocates %v times", w.name, n)
			}
		}
	})
}
