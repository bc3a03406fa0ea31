package graph

import "strings"

// CodeSamplingScale warns of noise that is multiplied by a logarithm of a variance, or
// by a variance, in place of a standard deviation.
const CodeSamplingScale Code = "sampling-scale"

// CheckSampling warns of noise whose scale is a log variance, or its exponential
// without the half, in what roots are computed from. [Prove] does so for a loss.
func CheckSampling(roots ...*Node) { warnSampling(Reachable(roots...)) }

// warnSampling looks for products with standard normal numbers: z = mean + σ·ε needs
// the standard deviation σ = e^(½·v), where v = ln σ² is what a layer puts out.
func warnSampling(order []*Node) {
	logs := map[*Node]bool{} // whose exponential is taken
	for _, n := range order {
		if _, exp := n.op.(expOp); exp {
			logs[n.in[0].unscaled()] = true
		}
	}
	for _, n := range order {
		if _, product := n.op.(mulOp); !product {
			continue
		}
		for i, x := range n.in {
			noise, ok := n.in[1-i].unscaled().op.(randomOp)
			if !ok || noise.Dist != StandardNormal {
				continue
			}
			if d := x.samplingScale(logs); d != nil {
				d.Pos = n.pos
				n.g.Report(*d)
			}
		}
	}
}

// unscaled returns what n shows, or is a multiple of.
func (n *Node) unscaled() *Node {
	for {
		n = n.origin()
		if _, product := n.op.(mulOp); !product {
			return n
		}
		switch _, first := n.in[0].scalar(); {
		case first:
			n = n.in[1]
		default:
			if _, second := n.in[1].scalar(); !second {
				return n
			}
			n = n.in[0]
		}
	}
}

// samplingScale returns what is wrong with n as a scale of noise, or nil.
func (n *Node) samplingScale(logs map[*Node]bool) *Diagnostic {
	factor := n.origin()
	g := n.g
	if _, exp := factor.op.(expOp); exp {
		v := factor.in[0].origin()
		if !v.isLogVariance() { // a multiple of it, such as half, is meant so
			return nil
		}
		name := v.variable()
		return &Diagnostic{
			Code: CodeSamplingScale, Severity: Warning,
			Message: "the noise is multiplied by the variance exp(" + v.spoken() + ") in place of the standard deviation",
			Notes: Columns(v.fact(),
				[]string{"would", "square the scale: noise of 4 where 2 is meant, and of 0.25 where 0.5 is."}),
			Fixes: []string{g.Say("take the root: "+name+".Scale(0.5).Exp()", "take the root: K.exp(0.5 * "+name+")")},
		}
	}
	v := n.unscaled()
	if v.rng.Tag != Score && !v.given() || !v.isLogVariance() && !(logs[v] && v.rng.Tag == Score) {
		return nil
	}
	name := v.variable()
	return &Diagnostic{
		Code: CodeSamplingScale, Severity: Warning,
		Message: "the noise is multiplied by the log variance " + v.spoken() + " in place of the standard deviation",
		Notes: Columns(v.fact(),
			[]string{"would", "add no noise at all at variance 1, whose logarithm is 0, and give it a negative scale below."}),
		Fixes: []string{g.Say("take the standard deviation: "+name+".Scale(0.5).Exp()", "take the standard deviation: K.exp(0.5 * "+name+")")},
	}
}

// spoken is the user's name for n, or that of the layer that puts it out.
func (n *Node) spoken() string {
	if layer := n.layer(); n.label == "" && layer != nil {
		return layer.Name
	}
	return n.Display()
}

// LogVariance returns the log variance that n shows or is a multiple of, and whether it
// is one by the user's name for it or its layer's.
func (n *Node) LogVariance() (v *Node, ok bool) {
	v = n.unscaled()
	return v, v.isLogVariance()
}

// isLogVariance reports whether the user, or the layer's name, calls n a log variance.
func (n *Node) isLogVariance() bool {
	names := []string{n.label}
	if layer := n.layer(); layer != nil {
		names = append(names, layer.Name)
	}
	if input, ok := n.InputName(); ok {
		names = append(names, input)
	}
	for _, name := range names {
		plain := strings.ReplaceAll(strings.ToLower(name), "_", "")
		for _, word := range []string{"logvar", "lnvar", "logsigma2", "logsigmasq"} {
			if strings.Contains(plain, word) {
				return true
			}
		}
	}
	return false
}
