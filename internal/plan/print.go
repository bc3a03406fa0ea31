package plan

import (
	"fmt"
	"strings"

	"github.com/descent-ml/descent/graph"
)

// String prints the plan, a line a step: the stage, the kernel and its shape,
// what is computed for, where the result goes, tasks and arithmetic.
func (p *Plan) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d rows, %d stages, %.4g MFLOP, arena %s, kernels %s\n",
		p.Rows, len(p.Stages), float64(p.Flops)/1e6, size(p.ArenaLen), p.Kernels)
	for s, steps := range p.Stages {
		if s == p.Updates {
			b.WriteString("updates\n")
		}
		for i := range steps {
			st := &steps[i]
			fmt.Fprintf(&b, "%4d  %-6s  %-44s  %-24s  %s\n", s, st.Do.Kind(), st.Do.describe(), subject(st.Node), outs(st))
		}
	}
	for _, name := range sortedNames(p.Outputs) {
		fmt.Fprintf(&b, "output %s: %v\n", name, p.Outputs[name])
	}
	return b.String()
}

func size(floats int) string {
	return fmt.Sprintf("%.4g kB", float64(floats)*4/1000)
}

func (r Ref) String() string {
	base := [...]string{"arena", "params", "consts", "scalars"}
	name := fmt.Sprintf("input%d", r.Base-Inputs)
	if r.Base >= 0 && r.Base < len(base) {
		name = base[r.Base]
	}
	return fmt.Sprintf("%s[%d:%d]", name, r.Off, r.Off+r.Len)
}

// subject names what a step computes: its layer or function, and the op.
func subject(n *graph.Node) string {
	op := strings.ToLower(n.Op().Name())
	for s := n.Scope(); s != nil; s = s.Outer {
		if s.Name != op {
			return s.Name + " " + op
		}
	}
	return op
}

func outs(s *Step) string {
	var parts []string
	for _, r := range s.Outs {
		parts = append(parts, r.String())
	}
	text := "-> " + strings.Join(parts, " ")
	if len(parts) == 0 {
		text = ""
	}
	if s.Tasks > 1 {
		text += fmt.Sprintf("  %d tasks", s.Tasks)
	}
	return strings.TrimSpace(text)
}

func (w *Gemm) describe() string {
	text := fmt.Sprintf("[%d %d] x [%d %d]", w.M, w.K, w.K, w.N)
	if w.ARow == 1 && w.M > 1 {
		text += " left transposed"
	}
	if w.BPacked {
		text += " packed"
	}
	if w.Bias != nil {
		text += " + bias"
	}
	if w.Relu {
		text += ", relu"
	}
	if w.Mask != nil {
		text += ", masked"
	}
	return text
}

func (w *Elem) describe() string {
	var codes []string
	for _, in := range w.Code {
		codes = append(codes, in.Code.String())
	}
	const shown = 6
	text := strings.Join(codes, " ")
	if len(codes) > shown {
		text = fmt.Sprintf("%s ... (%d)", strings.Join(codes[:shown-2], " "), len(codes))
	}
	return fmt.Sprintf("%d: %s", w.Size, text)
}

func (w *Pack) describe() string { return fmt.Sprintf("[%d %d] transposed", w.Cols, w.Rows) }
func (w *Move) describe() string {
	return fmt.Sprintf("%v by %v to %v", w.Dims, w.SrcStride, w.DstStride)
}
func (w *Fill) describe() string { return fmt.Sprintf("%d with %g", w.Dst.Len, w.Value) }
func (w *Reduce) describe() string {
	form := [...]string{"sum of rows", "sum of columns", "max of rows", "min of rows"}[w.Form]
	if w.Outer > 1 {
		return fmt.Sprintf("%s of %d x [%d %d]", form, w.Outer, w.Rows, w.Cols)
	}
	return fmt.Sprintf("%s of [%d %d]", form, w.Rows, w.Cols)
}
func (w *Rows) describe() string {
	return fmt.Sprintf("%s of [%d %d]", [...]string{"softmax", "logsoftmax", "logsumexp"}[w.Fn], w.Rows, w.Cols)
}
func (w *OneHot) describe() string { return fmt.Sprintf("%d to %d classes", w.Src.Len, w.Classes) }
func (w *ArgMax) describe() string { return fmt.Sprintf("of [%d %d]", w.Rows, w.Cols) }
func (w *Random) describe() string {
	return fmt.Sprintf("%d %s %q", w.Dst.Len, [...]string{"normal", "uniform"}[w.Dist], w.Name)
}
func (w *Guard) describe() string { return fmt.Sprintf("%d values finite", len(w.Values)) }
