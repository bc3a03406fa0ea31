package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/train"
)

// maxNotes is how many notes a page shows.
const maxNotes = 100

// noteSection lists what there is to doubt, warnings first.
func (r *run) noteSection() *section {
	notes := slices.Concat(r.found, r.warnings(), r.remarks())
	slices.SortStableFunc(notes, func(a, b note) int { return severity(a) - severity(b) })
	s := &section{ID: "notes", Title: "Warnings and notes"}
	if len(notes) == 0 {
		s.Lead = say("None.")
		return s
	}
	if more := len(notes) - maxNotes; more > 0 {
		notes = append(notes[:maxNotes:maxNotes], note{"note", "more", plural(more, "further note") + " in run.json"})
	}
	s.Blocks = []block{{Notes: notes}}
	return s
}

func severity(n note) int { return slices.Index([]string{"error", "warning", "note"}, n.Severity) }

// wideThreshold is the width of a threshold's interval from which it is noted.
const wideThreshold = 0.25

// warnings are what the result itself says against it.
func (r *run) warnings() []note {
	var notes []note
	add := func(severity, code, format string, args ...any) {
		notes = append(notes, note{severity, code, fmt.Sprintf(format, args...)})
	}
	if r.State != train.StateDone {
		text := map[train.RunState]string{
			train.StateRunning: "the run is not finished", train.StateInterrupted: "the run was told to stop; descent resume goes on with it", train.StateFailed: "the run stopped itself",
		}[r.State]
		if r.Error != "" {
			text += ": " + clip(r.Error, 2000)
		}
		add("warning", "not-done", "%s", text)
	}
	switch r.rows {
	case rowsShared:
		add("warning", "rows-shared", "a row is in two parts: results look better than on new rows")
	case rowsOther:
		add("warning", "rows-differ", "the rows in predictions/ are not those that run.json names")
	}
	parts := r.judged()
	if len(parts) == 0 {
		return notes
	}
	p := parts[0]
	if p.name != "test" {
		add("warning", "no-test", "there are no test rows: the %s rows shown here took part in making the model, so that new rows will do worse", p.name)
	}
	for _, m := range []string{"log_loss", "rmse"} {
		got, ok := p.judged.Metrics.Get(m)
		trivial, known := r.Result.Baseline.Get(m)
		if ok && known && p.name == "test" && got >= trivial {
			add("warning", "no-skill", "%s is %s, no better than the %s of an answer that looks at no row", m, decimal(got), decimal(trivial))
		}
	}
	for _, c := range r.choices() {
		switch {
		case c.Kept != "":
			add("note", "threshold-kept", "%s%s", c.prefix(), c.Kept)
		case !c.Reached:
			add("warning", "not-reached", "%s%s was not reached on the %s rows; the threshold is the nearest to it", c.prefix(), c.Rule, c.Part)
		}
		if i := c.Interval; i != nil && i[1]-i[0] > wideThreshold && r.task() != data.MultiClass { // of classes only the ratios count
			add("note", "wide-threshold", "%sother rows would have chosen another threshold: anything from %s to %s", c.prefix(), decimal(i[0]), decimal(i[1]))
		}
	}
	return notes
}

// remarks are the notes of the run itself: of its data, and of its proof.
func (r *run) remarks() []note {
	var notes []note
	given := r.Notes
	if r.Result != nil {
		for _, n := range r.Result.Notes {
			if !slices.Contains(given, n) {
				given = append(given[:len(given):len(given)], n)
			}
		}
	}
	for _, n := range given {
		notes = append(notes, note{"note", name(n.Code), clip(n.Text, 2000)})
	}
	if r.Proof != nil {
		for _, text := range r.Proof.Remarks {
			notes = append(notes, proofNote(text))
		}
	}
	return notes
}

// proofNote takes a remark of a proof apart: "warning: TEXT [code]".
func proofNote(remark string) note {
	n := note{Severity: "note", Code: "proof", Text: remark}
	if severity, rest, ok := strings.Cut(remark, ": "); ok && (severity == "warning" || severity == "note") {
		n.Severity, n.Text = severity, rest
	}
	if at := strings.LastIndex(n.Text, " ["); at >= 0 && strings.HasSuffix(n.Text, "]") {
		n.Text, n.Code = n.Text[:at], n.Text[at+2:len(n.Text)-1]
	}
	return note{n.Severity, name(n.Code), clip(n.Text, 2000)}
}

// clip cuts a text to n bytes.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
