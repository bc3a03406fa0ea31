package report

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/train"
)

// TestEarlier holds that a page lists what was chosen before, by the numbers of
// run.json, and shows the present choice as its own.
func TestEarlier(t *testing.T) {
	for kind, rows := range map[string]int{"binary": 2, "labels": 2, "class-thresholds": 2} {
		t.Run(kind, func(t *testing.T) {
			dir := copyOf(t, kind)
			if page := write(t, dir, Options{}); strings.Contains(page, "Chosen before") {
				t.Error("choices of a run that made one")
			}
			for _, rule := range []metric.Rule{metric.PrecisionAtRecall{Recall: 0.8}, metric.BestF{Beta: 2}} {
				if _, _, err := train.Tune(context.Background(), dir, train.TuneOptions{Rule: rule}); err != nil {
					t.Fatal(err)
				}
			}
			page := write(t, dir, Options{})
			_, after, found := strings.Cut(page, "Chosen before, and judged on the same test rows")
			table, _, _ := strings.Cut(after, "</table>")
			if !found || strings.Count(table, "<tr")-1 != rows || !strings.Contains(table, "precision_at_recall(0.8)") || strings.Contains(table, "best_f(beta=2)") {
				t.Errorf("the table of earlier choices: %s", table)
			}
			var file struct{ Result json.RawMessage }
			if err := json.Unmarshal([]byte(get(t, dir, "run.json")), &file); err != nil {
				t.Fatal(err)
			}
			want, shown := flat(t, file.Result), 0
			for _, e := range parse(t, page) {
				name, ok := e.attr["data-name"]
				if !ok {
					continue
				}
				if value, err := strconv.ParseFloat(e.attr["value"], 64); err != nil || value != want[name] || !printed(e.text, value) {
					t.Errorf("%s is %v in run.json and %q, printed %q, on the page", name, want[name], e.attr["value"], e.text)
				}
				if strings.HasPrefix(name, "earlier.") {
					shown++
				}
			}
			if shown < 2*rows {
				t.Errorf("%d numbers of earlier choices", shown)
			}
		})
	}
}

// TestSettings holds that a page says how classes were balanced.
func TestSettings(t *testing.T) {
	dir := copyOf(t, "binary")
	if page := write(t, dir, Options{}); strings.Contains(page, "<dt>balance</dt>") {
		t.Error("balance of a run without it")
	}
	edit(t, dir, func(info *train.RunInfo) { info.Training.Balance, info.Training.EpochRows = train.Oversample, 1234 })
	if page := write(t, dir, Options{}); !strings.Contains(page, "oversample, 1,234 rows an epoch") {
		t.Error("no balance")
	}
}
