package train

import (
	"fmt"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/probe"
)

// CodeCollapse notes masks that stay empty, or full, for many steps.
const CodeCollapse graph.Code = "collapse"

// collapseSteps is how many steps in a row without a mask are told.
const collapseSteps = 50

// Marked is the report of the share of pixels that are marked, of masks of two classes:
// those whose probability is at least one half.
const Marked = "marked"

// marked reports the share of the pixels of a batch that a prediction marks.
func marked(s *Step) {
	p := s.output(Prediction)
	if p.Poisoned() {
		return
	}
	defer s.g.Enter(graph.Scope{Name: Marked})()
	s.Report(Marked, p.GreaterEqual(s.g.Const(0.5)).Cast(graph.Float).Mean())
}

// unmarked counts steps in a row whose masks are empty, or full.
type unmarked struct {
	Empty int  `json:"empty,omitempty"`
	Full  int  `json:"full,omitempty"`
	Told  bool `json:"told,omitempty"`
}

// stray is the share of the foreground, or of the background, below which what a step
// marks, or leaves, is a few pixels gone astray.
const stray = 0.01

// collapse knows what there is to say of such masks.
type collapse struct {
	report *probe.Report
	rate   float64 // share of the pixels that are foreground
}

// see takes the share that a step marked, and returns what there is to say, once.
func (c *collapse) see(u *unmarked, share float64) (note *data.Note) {
	u.Empty, u.Full = u.Empty+1, u.Full+1
	if share >= stray*c.rate {
		u.Empty = 0
	}
	if 1-share >= stray*(1-c.rate) {
		u.Full = 0
	}
	if u.Told || max(u.Empty, u.Full) < collapseSteps {
		return nil
	}
	u.Told = true
	return &data.Note{Code: string(CodeCollapse), Text: c.text(u.Full >= collapseSteps)}
}

func (c *collapse) text(full bool) string {
	what, name := "marked next to no pixel", probe.AllNegative
	if full {
		what, name = "marked nearly every pixel", probe.AllPositive
	}
	text := fmt.Sprintf("%d steps in a row have %s", collapseSteps, what)
	if c.report != nil {
		if here, ok := c.report.Get(name); ok {
			text += fmt.Sprintf(": the loss gives %.3g for that", here.Loss)
			if best, ok := c.report.Get(probe.Perfect); ok {
				text += fmt.Sprintf(", and %.3g for the perfect mask", best.Loss)
			}
		}
	}
	if full {
		return text + "; false alarms cost too little: leave out class_weight, or use dice(), whose overlap counts them"
	}
	return fmt.Sprintf("%s; %.2g %% of the pixels are to be found, and each counts as one of many: add dice() to the loss, or weigh the pixels by bce(class_weight = \"balanced\"), or show more of them by crop(..., foreground = 0.5); a threshold below 0.5, which is tuned anyway, may be all that is needed where average_precision rises",
		text, 100*c.rate)
}
