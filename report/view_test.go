package report

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/report/internal/chart"
)

// TestThin holds that a thinned curve has both ends, its points in their order,
// and nowhere a gap that the whole curve did not have.
func TestThin(t *testing.T) {
	axis := chart.Axis{Min: 0, Max: 1}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 60).Draw(t, "n")
		var points []chart.Point
		for i, y := range rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 300).Draw(t, "y") {
			points = append(points, chart.Point{X: float64(i) / 300, Y: y})
		}
		thinned := thin(points, axis, axis, n)
		if len(thinned) > n && len(points) > n || len(points) <= n && len(thinned) != len(points) {
			t.Fatalf("%d of %d points for %d", len(thinned), len(points), n)
		}
		at := -1
		for _, p := range thinned {
			next := slices.Index(points[at+1:], p)
			if next < 0 {
				t.Fatalf("%v is no point, or not in order", p)
			}
			at += 1 + next
		}
		if thinned[0] != points[0] || thinned[len(thinned)-1] != points[len(points)-1] {
			t.Fatal("an end is missing")
		}
	})
	var line []chart.Point
	for i := range 10_000 {
		line = append(line, chart.Point{X: float64(i) / 9999, Y: math.NaN()}, chart.Point{X: float64(i) / 9999, Y: 0.5})
	}
	thinned := thin(line, axis, axis, 500)
	for i, p := range thinned[1:] {
		if d := p.X - thinned[i].X; d > 2.0/500 {
			t.Errorf("a gap of %v at %v", d, p.X)
		}
	}
}

func TestSome(t *testing.T) {
	for _, c := range []struct {
		of, n int
		want  []int
	}{{3, 5, []int{0, 1, 2}}, {10, 4, []int{0, 3, 6, 9}}, {100, 2, []int{0, 99}}} {
		var values []int
		for i := range c.of {
			values = append(values, i)
		}
		if got := some(values, c.n); !slices.Equal(got, c.want) {
			t.Errorf("%d of %d: %v, want %v", c.n, c.of, got, c.want)
		}
	}
}

// TestReliability compares a bin's interval with Wilson's of 30 of 100.
func TestReliability(t *testing.T) {
	f := reliability(metric.Reliability{{Lo: 0.2, Hi: 0.3, Rows: 100, Weight: 100, Predicted: 0.25, Observed: 0.3}}, "test", "rows")
	var got []string
	for _, c := range f.Table.Rows[0].Cells {
		text := ""
		for _, s := range c.prose {
			text += s.Text
		}
		got = append(got, text)
	}
	if want := []string{"0.2 to 0.3", "100", "0.250", "0.300", "0.219 to 0.396"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestAt holds that counts at a threshold are those of package metric, at and
// between scores and beyond them.
func TestAt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &predictions{part: "test", k: 1}
		for range rapid.IntRange(2, 30).Draw(t, "rows") {
			p.score = append(p.score, float64(rapid.IntRange(0, 5).Draw(t, "score"))/5)
			p.class = append(p.class, rapid.IntRange(0, 1).Draw(t, "class"))
		}
		for _, threshold := range []float64{-1, 0, 0.1, 0.2, 0.5, 0.8, 1, 2} {
			want, err := metric.CountAt(p.score, p.labels(), nil, threshold)
			if err != nil {
				t.Fatal(err)
			}
			if got := rank(p).at(threshold); got != want {
				t.Errorf("at %v: %v, want %v", threshold, got, want)
			}
		}
	})
}

// TestGrouped holds that a point of a regression stands for several rows, and that
// the points together stand for all.
func TestGrouped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &predictions{k: 1}
		sum := 0.0
		n := rapid.IntRange(groupRows, 300).Draw(t, "rows")
		for range n {
			p.rows = append(p.rows, 1)
			p.score = append(p.score, rapid.Float64Range(-1, 1).Draw(t, "score"))
			p.number = append(p.number, rapid.Float64Range(-1, 1).Draw(t, "number"))
			sum += p.number[len(p.number)-1]
		}
		total, rows := 0.0, 0
		for i, g := range p.grouped() {
			if g.rows < groupRows {
				t.Errorf("group %d has %d rows", i, g.rows)
			}
			if g.low > g.high {
				t.Errorf("group %d: %v > %v", i, g.low, g.high)
			}
			total, rows = total+g.actual*float64(g.rows), rows+g.rows
		}
		if rows != n || math.Abs(total-sum) > 1e-9 {
			t.Errorf("%d rows of %d, sum %v of %v", rows, n, total, sum)
		}
	})
}

func TestFormat(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0.000", 0.5: "0.500", -0.25: "−0.250", 1.5: "1.500", 12.345: "12.35", 359.06: "359.1", 192555.4: "192,555", -1234.5: "−1,234",
		0.00042: "0.00042", 1e-7: "1e-07", 1.5e12: "1.5e+12", math.Inf(1): "+Inf",
	} {
		if got := decimal(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
	if got := decimal(math.NaN()); got != undefined {
		t.Error(got)
	}
	for n, want := range map[int]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "−1,000"} {
		if got := count(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	for word, want := range map[string]string{"credit.py": "credit.py", "": "''", "a b": "'a b'", "it's": `'it'\''s'`, "$(rm)": "'$(rm)'", "a\nb": "'a b'", "--x=1": "--x=1"} {
		if got := shell(word); got != want {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
	long := "ä" + string(make([]byte, 300))
	if got := []rune(name(long)); len(got) != shownName {
		t.Errorf("a long name has %d letters", len(got))
	}
}
