package kernel

// AdamStep holds the constants of one step of Adam:
//
//	g = Scale·grad + L2·p
//	m = Beta1·m + (1-Beta1)·g
//	v = Beta2·v + (1-Beta2)·g²
//	p = Keep·p - Rate·m/(Root·√v + Eps)
//
// Kingma and Ba's Adam at step t has Rate = lr/(1-Beta1ᵗ), Root = 1/√(1-Beta2ᵗ), Keep = 1;
// Loshchilov and Hutter's AdamW has Keep = 1-lr·decay and L2 = 0.
// Source: arXiv 1412.6980, algorithm 1; arXiv 1711.05101, algorithm 2.
type AdamStep struct {
	Rate, Beta1, Beta2, Eps float32
	Root                    float32 // correction of √v
	Keep                    float32 // factor of the parameter: 1, or 1-lr·decay
	Scale                   float32 // factor of the gradient: 1, or the clipping factor
	L2                      float32 // penalty added to the gradient
}

func adamRef(p, grad, m, v []float32, c AdamStep) {
	same(len(p), len(grad))
	same(len(p), len(m))
	same(len(p), len(v))
	rest1, rest2 := 1-c.Beta1, 1-c.Beta2
	for i := range p {
		g := float32(c.Scale*grad[i]) + float32(c.L2*p[i])
		m[i] = float32(c.Beta1*m[i]) + float32(rest1*g)
		v[i] = float32(c.Beta2*v[i]) + float32(rest2*float32(g*g))
		p[i] = float32(c.Keep*p[i]) - float32(c.Rate*m[i])/(float32(c.Root*sqrt(v[i]))+c.Eps)
	}
}

// SGDStep holds the constants of one step of gradient descent with momentum:
//
//	g = Scale·grad + L2·p
//	u = Momentum·u + g
//	p = Keep·p - Rate·u, or with Nesterov p = Keep·p - Rate·(g + Momentum·u)
//
// Source: Sutskever et al., "On the importance of initialization and momentum in deep learning" (ICML 2013), with the
// rate outside the velocity.
type SGDStep struct {
	Rate, Momentum float32
	Keep           float32 // factor of the parameter: 1, or 1-lr·decay
	Scale          float32 // factor of the gradient: 1, or the clipping factor
	L2             float32 // penalty added to the gradient
	Nesterov       bool
}

// sgdRef needs no velocity where the momentum is 0: it may be nil then.
func sgdRef(p, grad, velocity []float32, c SGDStep) {
	same(len(p), len(grad))
	if velocity == nil && c.Momentum == 0 {
		for i := range p {
			g := float32(c.Scale*grad[i]) + float32(c.L2*p[i])
			p[i] = float32(c.Keep*p[i]) - float32(c.Rate*g)
		}
		return
	}
	same(len(p), len(velocity))
	for i := range p {
		g := float32(c.Scale*grad[i]) + float32(c.L2*p[i])
		u := float32(c.Momentum*velocity[i]) + g
		velocity[i] = u
		if c.Nesterov {
			u = g + float32(c.Momentum*u)
		}
		p[i] = float32(c.Keep*p[i]) - float32(c.Rate*u)
	}
}
