package main

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/train"
)

// screen shows a training on a terminal: what was read, built and proved, a row
// an epoch, and a bar below them.
type screen struct {
	s       *stream
	bar     *bar // nil between epochs and where the cursor cannot go back
	columns []column
	began   time.Time
	first   float64 // share of the training that an earlier process did
}

func (v *screen) begin(p *train.Prepared, run string) {
	fmt.Fprintf(v.s, "%s\n\n", v.s.style(bold, wrap(headText(p, run), v.s.width, 0, margin)))
	v.s.dataBlock(p)
	v.s.modelBlock(p)
	v.s.lossBlock(p)
	v.s.trainBlock(p)
	for _, d := range p.Diagnostics {
		v.remark(d)
	}
	fmt.Fprintln(v.s)
	v.began = time.Now()
}

func (v *screen) event(e train.Event) {
	switch e := e.(type) {
	case *train.RunStarted:
		v.first = float64(e.Epoch) / float64(e.Epochs)
		if e.Step > 0 {
			fmt.Fprintf(v.s, "goes on after step %s, epoch %d\n\n", count(e.Step), e.Epoch)
		}
	case *train.StepEnd:
		if v.bar == nil && v.s.moves {
			v.bar = newBar(v.s)
		}
		if v.bar != nil {
			v.bar.show(e, v.left(e))
		}
	case *train.EpochEnd:
		v.epoch(e)
	case *train.Note:
		v.print(v.s.style(yellow, "note") + "    " + strings.Join(v.s.entries(clean(e.Text)+" ["+e.Code+"]"), "\n"+margin))
	case *train.Done:
		v.close()
		if e.Best > 0 {
			fmt.Fprintln(v.s, "\n"+margin+bestText(e))
		}
	}
}

func (v *screen) remark(d *graph.Diagnostic) { fmt.Fprintln(v.s, clean(d.Error())) }

// left estimates the time to the last epoch from the time that this process took.
func (v *screen) left(e *train.StepEnd) time.Duration {
	done := (float64(e.Epoch-1) + float64(e.Step)/float64(e.Steps)) / float64(e.Epochs)
	return time.Duration(float64(time.Since(v.began)) * (1 - done) / (done - v.first))
}

// epoch prints a row, and the head of the table before the first.
func (v *screen) epoch(e *train.EpochEnd) {
	if v.columns == nil {
		v.columns = columnsOf(e, v.s.width)
		v.print(head(v.columns))
	}
	v.print(row(v.columns, e))
}

// print writes a line above the bar.
func (v *screen) print(line string) {
	if v.bar != nil {
		v.bar.above(line)
		return
	}
	fmt.Fprintln(v.s, line)
}

// bestText says whose weights are kept.
func bestText(e *train.Done) string {
	text := fmt.Sprintf("best was epoch %d, its weights are kept", e.Best)
	if e.Stopped {
		text = fmt.Sprintf("stop after epoch %d: ", e.Epoch) + text
	}
	return text
}

func (v *screen) close() {
	if v.bar != nil {
		v.bar.close()
		v.bar = nil
	}
}

func (v *screen) end(r *train.Result, took time.Duration) {
	v.close()
	for _, n := range r.Notes {
		v.s.block("note", v.s.entries(clean(n.String()))...)
	}
	if len(r.Notes) > 0 {
		fmt.Fprintln(v.s)
	}
	v.s.block("saved", v.s.entries(savedText(r, took))...)
	next := []string{predictText(r.Run, len(r.Pictures) > 0)}
	if r.Threshold != nil {
		next = append(next, "descent tune "+word(r.Run)+" --precision-at-recall 0.8")
	}
	v.s.block("next", next...)
}

// predictText is how the model of a run is used.
func predictText(run string, images bool) string {
	if images {
		return "descent predict " + word(run) + " images/ -o masks"
	}
	return "descent predict " + word(run) + " new.csv -o scored.csv"
}

func (v *screen) stop(error, string) { v.close() }

// A column of the table of epochs.
type column struct {
	head  string
	width int
	value func(*train.EpochEnd) string
}

// columnsOf chooses the columns of a table: the training loss, and as many
// metrics of the valid rows as fit into the width.
func columnsOf(first *train.EpochEnd, width int) []column {
	columns := []column{
		{"epoch", 5, func(e *train.EpochEnd) string { return fmt.Sprint(e.Epoch) }},
		{"loss", 8, func(e *train.EpochEnd) string { return metricOf(e.Train, "loss", lossText) }},
	}
	used := 5 + 2 + 8
	for i, m := range first.Valid {
		if m.Name == "log_loss" && isLoss(m.Value, first) {
			continue
		}
		name, text, mark := m.Name, metricText, i == 0
		if name == "loss" {
			text = lossText
		}
		c := column{head: name, width: max(utf8.RuneCountInString(name), 8), value: func(e *train.EpochEnd) string {
			value := metricOf(e.Valid, name, text)
			if mark {
				value += map[bool]string{true: " *", false: "  "}[e.Best]
			}
			return value
		}}
		if mark {
			c.head, c.width = "valid: "+name+"  ", len("valid: ")+utf8.RuneCountInString(name)+2
		}
		if used+2+c.width > width {
			break
		}
		used += 2 + c.width
		columns = append(columns, c)
	}
	return columns
}

// isLoss reports whether a metric of the valid rows is their loss by another name.
func isLoss(value float64, e *train.EpochEnd) bool {
	loss, _ := e.Valid.Get("loss")
	return math.Abs(value-loss) <= 1e-4*math.Abs(loss)
}

func metricOf(m train.Metrics, name string, text func(float64) string) string {
	value, _ := m.Get(name)
	return text(value)
}

func head(columns []column) string {
	return line(columns, func(c column) string { return c.head })
}

func row(columns []column, e *train.EpochEnd) string {
	return line(columns, func(c column) string { return c.value(e) })
}

func line(columns []column, cell func(column) string) string {
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i] = fmt.Sprintf("%*s", c.width, cell(c))
	}
	return strings.TrimRight(strings.Join(cells, "  "), " ")
}
