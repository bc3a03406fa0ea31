package graph

import "math"

// LeakyRelu returns x of each element x > 0, else slope·x. The derivative at 0 is
// slope, as in PyTorch.
//
// Source: Maas, Hannun & Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic
// Models", ICML 2013.
func (n *Node) LeakyRelu(slope float64) *Node {
	if n.poisoned {
		return n
	}
	defer n.g.Enter(Scope{Name: "leaky_relu"})()
	return n.Greater(n.g.Const(0)).Where(n, n.Scale(slope))
}

// Elu returns x of each element x > 0, else alpha·(eˣ − 1). The exponential is taken
// of negative numbers only, so that it cannot overflow.
//
// Source: Clevert, Unterthiner & Hochreiter, "Fast and Accurate Deep Network Learning
// by Exponential Linear Units (ELUs)", ICLR 2016.
func (n *Node) Elu(alpha float64) *Node {
	if n.poisoned {
		return n
	}
	defer n.g.Enter(Scope{Name: "elu"})()
	return n.Relu().Add(n.Clip(math.Inf(-1), 0).Expm1().Scale(alpha))
}

// Selu returns λ·elu(x) with the λ and α that keep mean 0 and variance 1 from layer
// to layer.
//
// Source: Klambauer, Unterthiner, Mayr & Hochreiter, "Self-Normalizing Neural
// Networks", NeurIPS 2017.
func (n *Node) Selu() *Node {
	if n.poisoned {
		return n
	}
	defer n.g.Enter(Scope{Name: "selu"})()
	const alpha, lambda = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
	return n.Elu(alpha).Scale(lambda)
}

// Silu returns x·sigmoid(x) of each element x; it is also called swish.
//
// Source: Elfwing, Uchibe & Doya, "Sigmoid-weighted linear units for neural network
// function approximation in reinforcement learning", Neural Networks 107 (2018).
func (n *Node) Silu() *Node {
	if n.poisoned {
		return n
	}
	defer n.g.Enter(Scope{Name: "silu"})()
	return n.Mul(n.Sigmoid())
}

// Gelu returns x·Φ(x) of each element x, where Φ(x) = (1 + erf(x/√2))/2 is the normal
// distribution function. Its error is that of Φ, an absolute one: far to the left
// the true value falls below the rounding of 1.
//
// Source: Hendrycks & Gimpel, "Gaussian Error Linear Units (GELUs)", arXiv:1606.08415.
func (n *Node) Gelu() *Node {
	if n.poisoned {
		return n
	}
	defer n.g.Enter(Scope{Name: "gelu"})()
	return n.Mul(n.Scale(math.Sqrt2 / 2).Erf().Shift(1).Scale(0.5))
}

// GeluTanh returns x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2, the approximation of
// [Node.Gelu] of the same source; they differ by less than 0.0005.
func (n *Node) GeluTanh() *Node {
	if n.poisoned {
		return n
	}
	defer n.g.Enter(Scope{Name: "gelu"})()
	inner := n.Add(n.PowConst(3).Scale(0.044715)).Scale(math.Sqrt(2 / math.Pi))
	return n.Mul(inner.Tanh().Shift(1).Scale(0.5))
}
