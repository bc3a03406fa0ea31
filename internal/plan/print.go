package plan

import (
	"fmt"
	"strings"
	"time"

	"github.com/descent-ml/descent/graph"
)

// String prints the plan, a line a step: the stage, the kernel and its shape,
// what is computed for, arithmetic and memory that is read and written, where the
// result goes, and tasks.
func (p *Plan) String() string { return p.print(nil) }

// Timing is how long the steps of a plan took on one worker, and what that worker
// can do at most.
type Timing struct {
	Steps [][]time.Duration // by stage
	Peak  float64           // floating-point operations a second
}

// Timed prints the plan with the time of each step and, of those that are products,
// the share of the peak.
func (p *Plan) Timed(t Timing) string { return p.print(&t) }

func (p *Plan) print(t *Timing) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d rows, %d stages, %.4g MFLOP, %s read and written, arena %s, kernels %s\n",
		p.Rows, len(p.Stages), float64(p.Flops())/1e6, bytes(p.Bytes()), bytes(4*p.ArenaLen), p.Kernels)
	if t != nil {
		b.WriteString(t.summary(p.Flops()))
	}
	for s, steps := range p.Stages {
		if s == p.Updates {
			b.WriteString("updates\n")
		}
		for i := range steps {
			st := &steps[i]
			took := ""
			if t != nil {
				took = fmt.Sprintf("%-22s", t.step(s, i, st.Flops))
			}
			fmt.Fprintf(&b, "%4d  %-6s  %-44s  %-24s  %-14s  %-9s  %s%s\n",
				s, st.Do.Kind(), st.Do.describe(), subject(st.Node), flops(st.Flops), bytes(st.Bytes()), took, outs(st))
		}
	}
	for _, name := range sortedNames(p.Outputs) {
		fmt.Fprintf(&b, "output %s: %v\n", name, p.Outputs[name])
	}
	return b.String()
}

// summary is the line of the whole plan.
func (t *Timing) summary(flops int) string {
	var total time.Duration
	for _, steps := range t.Steps {
		for _, took := range steps {
			total += took
		}
	}
	return fmt.Sprintf("on one thread: %.4g µs, %s of the %.4g GFLOP/s that it can do at most\n", micro(total), t.share(flops, total), t.Peak/1e9)
}

func (t *Timing) step(stage, i, flops int) string {
	took := t.Steps[stage][i]
	if flops == 0 {
		return fmt.Sprintf("%.1f µs", micro(took))
	}
	return fmt.Sprintf("%.1f µs  %s", micro(took), t.share(flops, took))
}

func (t *Timing) share(flops int, took time.Duration) string {
	return fmt.Sprintf("%.0f %%", 100*float64(flops)/took.Seconds()/t.Peak)
}

func micro(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func flops(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%.3g MFLOP", float64(n)/1e6)
}

func bytes(n int) string { return fmt.Sprintf("%.4g kB", float64(n)/1000) }

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
	if w.CPacked {
		text += " to packed"
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
