//go:build amd64 && !noasm

package kernel

func adamVector(p, grad, m, v []float32, c AdamStep) {
	same(len(p), len(grad))
	same(len(p), len(m))
	same(len(p), len(v))
	for i := 0; i < len(p); i += chunk {
		adamAVX2(&p[i], &grad[i], &m[i], &v[i], min(chunk, len(p)-i),
			c.Rate, c.Beta1, 1-c.Beta1, c.Beta2, 1-c.Beta2, c.Eps, c.Root, c.Keep, c.Scale, c.L2)
	}
}

func sgdVector(p, grad, velocity []float32, c SGDStep) {
	same(len(p), len(grad))
	if velocity == nil && c.Momentum == 0 {
		for i := 0; i < len(p); i += chunk {
			sgdAVX2(&p[i], &grad[i], min(chunk, len(p)-i), c.Rate, c.Momentum, c.Keep, c.Scale, c.L2)
		}
		return
	}
	same(len(p), len(velocity))
	for i := 0; i < len(p); i += chunk {
		n := min(chunk, len(p)-i)
		if c.Nesterov {
			nesterovAVX2(&p[i], &grad[i], &velocity[i], n, c.Rate, c.Momentum, c.Keep, c.Scale, c.L2)
		} else {
			momentumAVX2(&p[i], &grad[i], &velocity[i], n, c.Rate, c.Momentum, c.Keep, c.Scale, c.L2)
		}
	}
}
