package kernel

import "testing"

func TestPeak(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		if got := s.Peak(100); got < 100*2*8 {
			t.Errorf("100 rounds made %d operations", got)
		}
	})
}

func BenchmarkPeak(b *testing.B) {
	for _, s := range sets() {
		b.Run(s.Name, func(b *testing.B) {
			operations := 0
			for b.Loop() {
				operations += s.Peak(1 << 16)
			}
			b.ReportMetric(float64(operations)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
