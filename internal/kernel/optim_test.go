package kernel

import (
	"math"
	"slices"
	"testing"
)

// adamExact is the formula of AdamStep in float64.
func adamExact(p, grad, m, v float64, c AdamStep) (p1, m1, v1 float64) {
	g := float64(c.Scale)*grad + float64(c.L2)*p
	m = float64(c.Beta1)*m + (1-float64(c.Beta1))*g
	v = float64(c.Beta2)*v + (1-float64(c.Beta2))*g*g
	return float64(c.Keep)*p - float64(c.Rate)*m/(float64(c.Root)*math.Sqrt(v)+float64(c.Eps)), m, v
}

var adamSteps = []AdamStep{
	{Rate: 1e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, Root: 1, Keep: 1, Scale: 1},
	{Rate: 0.1, Beta1: 0.5, Beta2: 0.9, Eps: 1e-3, Root: 1.7, Keep: 0.99, Scale: 0.25, L2: 0.01},
}

func TestAdam(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, c := range adamSteps {
			for n := range 68 {
				for offset := range 8 {
					p, intact := guarded(n, offset)
					copy(p, normals(r, n))
					grad, m, v := shifted(normals(r, n), 7-offset), shifted(normals(r, n), offset/2), normals(r, n)
					for i := range v {
						v[i] *= v[i]
					}
					p0, m0, v0 := slices.Clone(p), slices.Clone(m), slices.Clone(v)
					p1, m1, v1 := slices.Clone(p), slices.Clone(m), slices.Clone(v)
					s.Adam(p, grad, m, v, c)
					adamRef(p1, grad, m1, v1, c)
					for i := range p {
						wantP, wantM, wantV := adamExact(float64(p0[i]), float64(grad[i]), float64(m0[i]), float64(v0[i]), c)
						near := func(got float32, want float64) bool { return math.Abs(float64(got)-want) < 1e-6*(1+math.Abs(want)) }
						if !near(p[i], wantP) || !near(m[i], wantM) || !near(v[i], wantV) {
							t.Fatalf("element %d of %d: p m v are %v %v %v, want %v %v %v", i, n, p[i], m[i], v[i], wantP, wantM, wantV)
						}
						if !sameBits(p[i], p1[i]) || !sameBits(m[i], m1[i]) || !sameBits(v[i], v1[i]) {
							t.Fatalf("element %d of %d: p m v are %v %v %v, reference %v %v %v", i, n, p[i], m[i], v[i], p1[i], m1[i], v1[i])
						}
					}
					if !intact() {
						t.Fatalf("wrote outside %d parameters", n)
					}
				}
			}
		}
	})
}

// Adam finds the minimum of a sum of squares.
func TestAdamConverges(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		p, target := make([]float32, 20), normals(newRand(), 20)
		grad, m, v := make([]float32, 20), make([]float32, 20), make([]float32, 20)
		for step := 1; step <= 2000; step++ {
			s.Sub(grad, p, target)
			s.Adam(p, grad, m, v, AdamStep{
				Rate: float32(0.01 / (1 - math.Pow(0.9, float64(step)))), Beta1: 0.9, Beta2: 0.999, Eps: 1e-8,
				Root: float32(1 / math.Sqrt(1-math.Pow(0.999, float64(step)))), Keep: 1, Scale: 1,
			})
		}
		for i := range p {
			if math.Abs(float64(p[i]-target[i])) > 1e-3 {
				t.Errorf("parameter %d is %v, want %v", i, p[i], target[i])
			}
		}
	})
}

func TestSGD(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, c := range []SGDStep{
			{Rate: 0.1, Keep: 1, Scale: 1},
			{Rate: 0.1, Keep: 1, Scale: 0.5, Momentum: 0.9},
			{Rate: 0.1, Keep: 0.9, Scale: 1, Momentum: 0.8, L2: 0.02, Nesterov: true},
		} {
			for n := range 68 {
				for _, withVelocity := range []bool{false, true} {
					if !withVelocity && c.Momentum != 0 {
						continue
					}
					p, intact := guarded(n, n%8)
					copy(p, normals(r, n))
					grad := shifted(normals(r, n), 3)
					var u []float32
					if withVelocity {
						u = normals(r, n)
					}
					p0, u0 := slices.Clone(p), slices.Clone(u)
					p1, u1 := slices.Clone(p), slices.Clone(u)
					s.SGD(p, grad, u, c)
					sgdRef(p1, grad, u1, c)
					for i := range p {
						g := float64(c.Scale)*float64(grad[i]) + float64(c.L2)*float64(p0[i])
						step := g
						if u != nil {
							step = float64(c.Momentum)*float64(u0[i]) + g
							if math.Abs(float64(u[i])-step) > 1e-6*(1+math.Abs(step)) || !sameBits(u[i], u1[i]) {
								t.Fatalf("%+v: velocity %d of %d is %v, want %v, reference %v", c, i, n, u[i], step, u1[i])
							}
						}
						if c.Nesterov {
							step = g + float64(c.Momentum)*step
						}
						want := float64(c.Keep)*float64(p0[i]) - float64(c.Rate)*step
						if math.Abs(float64(p[i])-want) > 1e-6*(1+math.Abs(want)) || !sameBits(p[i], p1[i]) {
							t.Fatalf("%+v: parameter %d of %d is %v, want %v, reference %v", c, i, n, p[i], want, p1[i])
						}
					}
					if !intact() {
						t.Fatalf("wrote outside %d parameters", n)
					}
				}
			}
		}
	})
}
