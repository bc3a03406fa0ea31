package train

import (
	"context"
	"testing"

	"github.com/descent-ml/descent/data"
)

// TestScores holds that single rows get the scores that the whole table gets,
// without an allocation, and that wrong lengths
// are refused.
func TestScores(t *testing.T) {
	text := table(200, yesNo)
	m, err := loadFrom(t, undisturbed(t, tableJob(text)))
	if err != nil {
		t.Fatal(err)
	}
	p, err := predict(t, m, text, data.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	one := make([]float32, 1)
	for i := range p.Rows.Rows {
		if err := m.Scores(context.Background(), one, p.Rows.Row(i)); err != nil {
			t.Fatal(err)
		}
		if !near(float64(one[0]), float64(p.Scores[i]), 1e-6) {
			t.Fatalf("row %d: %v, in the table %v", i, one[0], p.Scores[i])
		}
	}
	row := p.Rows.Row(0)
	if n := testing.AllocsPerRun(20, func() { _ = m.Scores(context.Background(), one, row) }); n != 0 {
		t.Errorf("%v allocations a row", n)
	}
	if err := m.Scores(context.Background(), one, row[1:]); ClassOf(err) != Refused {
		t.Errorf("a row that is too short: %v", err)
	}
}
