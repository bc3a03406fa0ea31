package report

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/descent-ml/descent/train"
)

// proofSection says what was shown of the loss before the first step.
func (r *run) proofSection() *section {
	p := r.Proof
	if p == nil {
		return nil
	}
	cuts := "none of its paths ends before it"
	if p.Cuts > 0 {
		cuts = fmt.Sprintf("%s before it, with others around them", endings(p.Cuts))
	}
	s := &section{ID: "proofs", Title: "Proofs", Lead: say("Shown of the loss ", name(r.Training.Loss), " before the first step, for any number of rows N."),
		Blocks: []block{{Facts: []fact{
			{"shape", say("prediction ", name(p.Prediction.Shape), ", target ", name(p.Target.Shape))},
			{"range", say("prediction in ", value(p.Prediction), "; target in ", value(p.Target))},
			{"gradient", say(fmt.Sprintf("a smooth path leads from the loss to %s (%s); %s", allOf(p.Parameters), plural(p.Numbers, "number"), cuts))},
			{"origin", say("prediction ", clip(p.Prediction.Origin, 500), "; target ", clip(p.Target.Origin, 500))},
		}}}}
	if p.Probe != nil && len(p.Probe.Values) > 0 {
		shown := p.Probe.Values[:min(len(p.Probe.Values), maxNotes)]
		weighted := false
		for _, v := range shown {
			weighted = weighted || v.Unweighted != nil
		}
		t := &table{Caption: "The loss of predictions of known worth, on " + plural(p.Probe.Rows, "training row"), Head: heads("prediction", "loss")}
		if weighted {
			t.Head = heads("prediction", "loss", "without weights", "times as large")
		}
		for _, v := range shown {
			cells := []cell{words(name(v.Text)), number(decimal(v.Loss))}
			if weighted {
				plain := v.Loss
				if v.Unweighted != nil {
					plain = *v.Unweighted
				}
				cells = append(cells, number(decimal(plain)), number(decimal(v.Loss/plain)))
			}
			t.Rows = append(t.Rows, row{Cells: cells})
		}
		s.Blocks = append(s.Blocks, block{Table: t})
	}
	return s
}

func endings(n int) string {
	if n == 1 {
		return "1 path ends"
	}
	return count(n) + " paths end"
}

func allOf(n int) string {
	if n == 1 {
		return "the one parameter"
	}
	return "all " + count(n) + " parameters"
}

// value is an interval and what is in it. Ends are rounded: those of a regression's
// target are numbers of single rows.
func value(v train.ValueInfo) string {
	text := numbers.ReplaceAllStringFunc(v.Interval, func(digits string) string {
		end, err := strconv.ParseFloat(digits, 64)
		if err != nil {
			return digits // beyond float64
		}
		return minus(strconv.FormatFloat(end, 'g', 4, 64))
	})
	if v.Tag == "" {
		return name(text)
	}
	return name(text) + ", a " + name(v.Tag)
}

var numbers = regexp.MustCompile(`-?\d+(\.\d+)?(e[+-]?\d+)?`)

// maxLayers is how many layers a page lists.
const maxLayers = 200

// modelSection lists the layers, and what they cost.
func (r *run) modelSection() *section {
	m := r.Model
	if m == nil {
		return nil
	}
	t := &table{Head: []cell{words("layer"), words("size"), words("activation"), words("puts out"), number("parameters")}}
	for _, l := range m.Layers[:min(len(m.Layers), maxLayers)] {
		t.Rows = append(t.Rows, row{Cells: []cell{words(name(l.Name)), words(name(l.Size)), words(name(l.Act)), words(name(l.Out)), number(count(l.Parameters))}})
	}
	s := &section{ID: "model", Title: "Model", Lead: say(name(m.Name))}
	if more := len(m.Layers) - maxLayers; more > 0 {
		t.Caption = fmt.Sprintf("The first %d layers, without %s more", maxLayers, count(more))
	}
	if m.Name != "" {
		s.Lead = say(s.Lead, ", ")
	}
	s.Lead = say(s.Lead, plural(m.Parameters, "parameter"), ".")
	s.Blocks = []block{{Table: t}, {Facts: r.costs()}}
	return s
}

// costs are memory and time. Times are left out of a page that shall be equal for
// equal runs.
func (r *run) costs() []fact {
	var facts []fact
	if r.Result != nil {
		size, unit := bytesText(r.Result.PeakBytes)
		facts = append(facts,
			fact{"parameters", say(fromRun("parameters", float64(r.Result.Parameters), count(r.Result.Parameters)))},
			fact{"memory", say(fromRun("peak_bytes", float64(r.Result.PeakBytes), size), " ", unit, " at most, planned before the first step")})
	}
	if !r.options.Date.IsZero() {
		return facts
	}
	if r.Result != nil && r.Result.StepMS > 0 {
		facts = append(facts, fact{"time per step", say(fromRun("step_ms_median", r.Result.StepMS, decimal(r.Result.StepMS)), fmt.Sprintf(" ms, the median; batches of %s rows", count(r.Training.Batch)))})
	}
	seconds := 0.0
	for _, t := range r.timings {
		seconds += t.Seconds
	}
	if seconds > 0 {
		facts = append(facts, fact{"time in all", say(decimal(seconds), " s for ", plural(len(r.timings), "epoch"))})
	}
	return facts
}
