package report

import (
	"fmt"

	"github.com/descent-ml/descent/train"
)

// maxEarlier is how many earlier choices are listed, the last ones.
const maxEarlier = 20

// earlierTable lists what was chosen before: with each further choice that is judged
// on the same test rows, the best of them looks better than it is.
func (r *run) earlierTable() *table {
	earlier := r.Result.Earlier
	if len(earlier) == 0 {
		return nil
	}
	t := &table{Caption: "Chosen before, and judged on the same test rows", Head: heads("chosen by", "threshold")}
	names := []string{"f1", "precision", "recall"}
	switch {
	case r.ofImages():
		names[0] = "iou"
		t.Caption = "Chosen before, and judged on the same test images"
	case r.Result.Threshold == nil:
		names = []string{"f1_macro", "accuracy"}
	}
	for _, n := range names {
		t.Head = append(t.Head, number(n))
	}
	from := max(0, len(earlier)-maxEarlier)
	for i, e := range earlier[from:] {
		t.Rows = append(t.Rows, earlierRow(fmt.Sprintf("earlier.%d", from+i), e, names))
	}
	return t
}

func earlierRow(at string, e train.Earlier, names []string) row {
	rule, threshold := "the likeliest class", span{Text: undefined}
	switch {
	case e.Choice != nil:
		rule = e.Choice.Rule
	case len(e.Choices) > 0 && e.Choices[0] != nil:
		rule, threshold = e.Choices[0].Rule, span{Text: "one each"}
	}
	if e.Threshold != nil {
		threshold = fromRun(at+".threshold", *e.Threshold, decimal(*e.Threshold))
	}
	cells := []cell{words(name(rule)), number(threshold)}
	for _, n := range names {
		value := span{Text: undefined}
		if e.Test != nil {
			if v, ok := e.Test.Metrics.Get(n); ok {
				value = fromRun(at+".test."+n, v, decimal(v))
			}
		}
		cells = append(cells, number(value))
	}
	return row{Cells: cells}
}
