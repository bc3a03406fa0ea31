package metric

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// recordedCalibration is testdata/calibration.json, written by testdata/generate.py.
type recordedCalibration struct {
	Binary []struct {
		Name              string
		Score             []float64
		Label             []int
		Weight            []float64
		At                []float64
		Platt             Platt
		Sigmoid, Isotonic []float64 // at At
		Beta              float64
	}
	Classes []struct {
		Name   string
		K      int
		Score  []float64
		Actual []int
		Weight []float64
		Beta   float64
		P      []float64 // of the first three rows
	}
	Curves []struct {
		Name                string
		P                   []float64
		Label               []int
		Strategy            string
		Bins                int
		Rows                []int
		Observed, Predicted []float64
		ECE                 float64
	}
	Brier []struct {
		Name   string
		K      int
		P      []float64
		Actual []int
		Weight []float64
		Brier  float64
	}
}

// readJSON reads a file of testdata.
func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

func readCalibration(t *testing.T) (r recordedCalibration) {
	t.Helper()
	readJSON(t, "calibration.json", &r)
	if len(r.Binary) < 8 || len(r.Classes) < 4 || len(r.Curves) < 6 || len(r.Brier) < 4 {
		t.Fatalf("cases are missing: %d, %d, %d, %d", len(r.Binary), len(r.Classes), len(r.Curves), len(r.Brier))
	}
	return r
}

// Platt's parameters are compared with those of a logistic regression solved to
// the last digit; scikit-learn's own calibration stops at a gradient of 1e-6, so
// its probabilities are equal to 1e-5. Its temperature is that of a search along
// the loss, whose minimum is flat: equal to 1e-7.
func TestScikitLearnCalibration(t *testing.T) {
	for _, c := range readCalibration(t).Binary {
		t.Run(c.Name, func(t *testing.T) {
			label := bools(c.Label)
			platt := must(FitPlatt(c.Score, label, c.Weight))
			near(t, "slope", platt.Slope, c.Platt.Slope, 1e-9*max(1, math.Abs(c.Platt.Slope)))
			near(t, "intercept", platt.Intercept, c.Platt.Intercept, 1e-9*max(1, math.Abs(c.Platt.Intercept)))
			isotonic := must(FitIsotonic(c.Score, label, c.Weight))
			for i, at := range c.At {
				near(t, fmt.Sprintf("Platt at %v", at), platt.Probability(at), c.Sigmoid[i], 1e-5)
				near(t, fmt.Sprintf("isotonic at %v", at), isotonic.Probability(at), c.Isotonic[i], 1e-12)
			}
			temperature := must(FitTemperature(c.Score, label, c.Weight))
			if temperature == Hottest {
				near(t, "1/temperature, at its end", 0, c.Beta, 1e-4)
			} else {
				near(t, "1/temperature", float64(1/temperature), c.Beta, 1e-7*c.Beta)
			}
		})
	}
}

func TestScikitLearnTemperature(t *testing.T) {
	for _, c := range readCalibration(t).Classes {
		t.Run(c.Name, func(t *testing.T) {
			temperature := must(FitMultiTemperature(c.Score, c.K, c.Actual, c.Weight))
			near(t, "1/temperature", float64(1/temperature), c.Beta, 1e-7*c.Beta)
			p := must(temperature.Probabilities(c.Score[:3*c.K], c.K))
			for i, want := range c.P {
				near(t, "probability", p[i], want, 1e-7)
			}
		})
	}
}

func TestScikitLearnReliability(t *testing.T) {
	for _, c := range readCalibration(t).Curves {
		t.Run(c.Name, func(t *testing.T) {
			binning := map[string]Binning{"uniform": EqualWidth, "quantile": EqualMass}[c.Strategy]
			table := must(Reliable(c.P, bools(c.Label), nil, binning, c.Bins))
			if len(table) != len(c.Rows) {
				t.Fatalf("%d bins, want %d", len(table), len(c.Rows))
			}
			for i, b := range table {
				if b.Rows != c.Rows[i] || b.Weight != float64(c.Rows[i]) {
					t.Errorf("bin %d has %d rows of weight %v, want %d", i, b.Rows, b.Weight, c.Rows[i])
				}
				near(t, "observed", b.Observed, c.Observed[i], 1e-12)
				near(t, "predicted", b.Predicted, c.Predicted[i], 1e-12)
			}
			near(t, "ECE", table.ECE(), c.ECE, 1e-12)
		})
	}
}

func TestScikitLearnBrier(t *testing.T) {
	for _, c := range readCalibration(t).Brier {
		near(t, c.Name, must(MultiBrier(c.P, c.K, c.Actual, c.Weight)), c.Brier, 1e-12)
	}
}

// drawScores draws rows of both classes with whole weights, scores tied often.
func drawScores(t *rapid.T) table {
	rows := drawTable(t, 2)
	rows.Label[0], rows.Label[1] = true, false
	rows.Weight[0], rows.Weight[1] = rows.Weight[0]+1, rows.Weight[1]+1
	for i, s := range rows.Score {
		rows.Score[i] = 6*s - 2
	}
	return rows
}

// closely compares to 1e-8, relative to values above 1.
func closely(a, b float64) bool { return math.Abs(a-b) <= 1e-8*max(1, math.Abs(a)) }

func TestCalibrationWeightIsCopies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawScores(t)
		c := w.copies()
		for name, pair := range map[string][2]Calibration{
			"Platt":       {must(FitPlatt(w.Score, w.Label, w.Weight)), must(FitPlatt(c.Score, c.Label, nil))},
			"isotonic":    {must(FitIsotonic(w.Score, w.Label, w.Weight)), must(FitIsotonic(c.Score, c.Label, nil))},
			"temperature": {must(FitTemperature(w.Score, w.Label, w.Weight)), must(FitTemperature(c.Score, c.Label, nil))},
		} {
			for _, at := range []float64{-3, -1, 0, 0.5, 2, 7} {
				if a, b := pair[0].Probability(at), pair[1].Probability(at); !closely(a, b) {
					t.Errorf("%s at %v: %v of weights, %v of copies (%+v, %+v)", name, at, a, b, pair[0], pair[1])
				}
			}
		}
		pw, pc := w.probabilities(), c.probabilities()
		for _, binning := range []Binning{EqualWidth, EqualMass} {
			bins := rapid.IntRange(1, 12).Draw(t, "bins")
			a, b := must(Reliable(pw, w.Label, w.Weight, binning, bins)), must(Reliable(pc, c.Label, nil, binning, bins))
			if len(a) != len(b) || !alike(a.ECE(), b.ECE()) || !alike(a.MCE(), b.MCE()) {
				t.Errorf("binning %d: %+v of weights, %+v of copies", binning, a, b)
			}
		}
	})
}

// probabilities moves the scores of drawScores into [0, 1].
func (rows table) probabilities() []float64 {
	p := make([]float64, len(rows.Score))
	for i, s := range rows.Score {
		p[i] = (s + 2) / 6
	}
	return p
}

// The unit of the scores changes nothing that Platt's calibration says.
func TestPlattIsUnitless(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawScores(t)
		scale := math.Pow(10, rapid.Float64Range(-150, 150).Draw(t, "scale"))
		shift := rapid.Float64Range(-10, 10).Draw(t, "shift")
		a := must(FitPlatt(rows.Score, rows.Label, rows.Weight))
		moved := slices.Clone(rows.Score)
		for i, s := range moved {
			moved[i] = scale * (s + shift)
		}
		b := must(FitPlatt(moved, rows.Label, rows.Weight))
		for i, s := range rows.Score {
			if p, q := a.Probability(s), b.Probability(moved[i]); !closely(p, q) {
				t.Fatalf("%v at %v, but %v at %v·(%v%+v)", p, s, q, scale, s, shift)
			}
		}
	})
}

// The fits are minima: no neighbour has less loss. For Platt's that is the log loss
// against his targets, written here as the definition says.
func TestFitsAreMinima(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawScores(t)
		positive, negative, _ := checkFit(rows.Score, rows.Label, rows.Weight)
		loss := func(c Calibration, yes, no float64) (sum float64) {
			for i, s := range rows.Score {
				p, y := c.Probability(s), no
				if rows.Label[i] {
					y = yes
				}
				sum -= rows.Weight[i] * (y*math.Log(p) + (1-y)*math.Log(1-p))
			}
			return sum
		}
		yes, no := (positive+1)/(positive+2), 1/(negative+2)
		platt := must(FitPlatt(rows.Score, rows.Label, rows.Weight))
		least := loss(platt, yes, no)
		for _, d := range []Platt{{1e-3, 0}, {-1e-3, 0}, {0, 1e-3}, {0, -1e-3}, {1e-3, -1e-3}, {-1e-3, 1e-3}} {
			if l := loss(Platt{platt.Slope + d.Slope, platt.Intercept + d.Intercept}, yes, no); l < least-1e-12 {
				t.Errorf("%+v has loss %v, but %v beside it", platt, least, l)
			}
		}
		temperature := must(FitTemperature(rows.Score, rows.Label, rows.Weight))
		if temperature == Coldest || temperature == Hottest {
			return
		}
		least = loss(temperature, 1, 0)
		for _, by := range []float64{0.999, 1.001} {
			if l := loss(temperature*Temperature(by), 1, 0); l < least-1e-12*max(1, least) {
				t.Errorf("temperature %v has loss %v, but %v beside it", temperature, least, l)
			}
		}
	})
}

// At the minimum both derivatives vanish, however uneven the weights and far the
// scores: whole steps of Newton's method diverge on many of these rows.
func TestPlattSolves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "rows")
		rows := table{Label: []bool{true, false}}
		power := rapid.Float64Range(0, 6).Draw(t, "power")
		most := 1e-300
		for i := range n {
			z := float64(rapid.IntRange(-3000, 3000).Draw(t, "score")) / 1000
			rows.Score = append(rows.Score, math.Copysign(math.Pow(math.Abs(z), power), z))
			rows.Weight = append(rows.Weight, math.Exp(rapid.Float64Range(-8, 8).Draw(t, "weight")))
			if i > 1 {
				rows.Label = append(rows.Label, rapid.IntRange(0, 9).Draw(t, "label") == 0)
			}
			most = max(most, math.Abs(rows.Score[i]))
		}
		c := must(FitPlatt(rows.Score, rows.Label, rows.Weight))
		positive, negative, _ := checkFit(rows.Score, rows.Label, rows.Weight)
		slope, intercept := 0.0, 0.0
		for i, s := range rows.Score {
			target := 1 / (negative + 2)
			if rows.Label[i] {
				target = (positive + 1) / (positive + 2)
			}
			e := rows.Weight[i] * (c.Probability(s) - target) / (positive + negative)
			slope += e * s / most
			intercept += e
		}
		tolerance := 1e-9 + 1e-15*math.Abs(c.Slope)*most // scores that hardly differ need a steep slope, which rounds
		if !(math.Abs(slope) < tolerance && math.Abs(intercept) < tolerance) {
			t.Errorf("%+v leaves derivatives %v and %v: %+v", c, slope, intercept, rows)
		}
	})
}

// Isotonic rises, keeps the mean of the labels, and no other rising function of the
// blocks fits better: checked by min-max, the other definition of the same function.
func TestIsotonicIsMinMax(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawScores(t)
		c := must(FitIsotonic(rows.Score, rows.Label, rows.Weight))
		if !slices.IsSorted(c.Score) || !slices.IsSorted(c.Value) {
			t.Fatalf("not rising: %+v", c)
		}
		points := tied(rows.Score, rows.Label, rows.Weight)
		for i, point := range points {
			highest := math.Inf(-1) // max over starts of min over ends of the mean between
			for from := 0; from <= i; from++ {
				lowest := math.Inf(1)
				for to := i; to < len(points); to++ {
					all := points[from]
					for _, b := range points[from+1 : to+1] {
						all = all.join(b)
					}
					lowest = min(lowest, all.value())
				}
				highest = max(highest, lowest)
			}
			if got := c.Probability(point.lo); !alike(got, highest) {
				t.Errorf("at %v: %v, want %v", point.lo, got, highest)
			}
		}
	})
}

// A binary score is the difference of two logits.
func TestTemperatureOfTwoClasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawScores(t)
		var both []float64
		class := make([]int, len(rows.Label))
		for i, s := range rows.Score {
			both = append(both, 3-s/2, 3+s/2)
			if rows.Label[i] {
				class[i] = 1
			}
		}
		one := must(FitTemperature(rows.Score, rows.Label, rows.Weight))
		two := must(FitMultiTemperature(both, 2, class, rows.Weight))
		if !closely(float64(one), float64(two)) {
			t.Errorf("%v of one score, %v of two", one, two)
		}
	})
}

func TestTemperatureEnds(t *testing.T) {
	for _, tc := range []struct {
		name  string
		score []float64
		want  Temperature
	}{
		{"no mistake", []float64{2, -1, 0.5, -3}, Coldest},
		{"only mistakes", []float64{-2, 1, -0.5, 3}, Hottest},
		{"nothing said", []float64{0, 0, 0, 0}, 1},
		{"right as it is", []float64{math.Log(3), math.Log(3), math.Log(3), -math.Log(3)}, 1},
	} {
		label := []bool{true, false, true, false}
		if tc.want == 1 && tc.score[0] != 0 { // three of four rows of odds 3 to 1 are right
			label = []bool{true, true, false, false}
		}
		if got := must(FitTemperature(tc.score, label, nil)); !closely(float64(got), float64(tc.want)) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
	near(t, "hottest", float64(Hottest), math.Exp(10), 1e-10)
	near(t, "coldest", float64(Coldest), math.Exp(-10), 1e-19)
}

func TestPlattEdges(t *testing.T) {
	// Of equal scores only the share of positives is known, as Platt's targets have it.
	c := must(FitPlatt([]float64{3, 3, 3}, []bool{true, false, false}, nil))
	near(t, "p of equal scores", c.Probability(3), (2.0/3+1.0/4+1.0/4)/3, 1e-9)
	near(t, "slope of equal scores", c.Slope, 0, 1e-9)
	// Two scores that separate the classes get exactly the targets, no certainty.
	c = must(FitPlatt([]float64{-1e9, 1e9, 1e9}, []bool{false, true, true}, nil))
	near(t, "p of the positive score", c.Probability(1e9), 3.0/4, 1e-9)
	near(t, "p of the negative score", c.Probability(-1e9), 1.0/3, 1e-9)
	// Millions of rows that one score separates.
	c = must(FitPlatt([]float64{0, 1}, []bool{false, true}, []float64{1e7, 1e7}))
	near(t, "p of many", 1-c.Probability(1), 1/(1e7+2), 1e-15)
}

func TestLogit(t *testing.T) {
	near(t, "logit of 1/2", Logit(0.5), 0, 0)
	near(t, "logit of 3/4", Logit(0.75), math.Log(3), 1e-15)
	near(t, "logit of 1", Logit(1), 52*math.Ln2, 1e-12)
	near(t, "logit of 0", Logit(0), -52*math.Ln2, 1e-12)
	for _, p := range []float64{-1, 2, math.NaN()} {
		if !math.IsNaN(Logit(p)) {
			t.Errorf("logit of %v is %v", p, Logit(p))
		}
	}
	for _, z := range []float64{-30, -1, 0, 2, 20} {
		near(t, "logit of sigmoid", Logit(sigmoid(z)), z, 1e-6)
	}
	near(t, "sigmoid of -1000", sigmoid(-1000), 0, 0)
}

func TestCorrectPrior(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		share := rapid.Float64Range(0.01, 0.99)
		p, trained, actual := share.Draw(t, "p"), share.Draw(t, "trained"), share.Draw(t, "actual")
		got := must(CorrectPrior([]float64{p}, trained, actual))[0]
		odds := func(p float64) float64 { return p / (1 - p) }
		if want := odds(p) * odds(actual) / odds(trained); math.Abs(odds(got)/want-1) > 1e-9 {
			t.Errorf("odds %v, want %v", odds(got), want)
		}
		if back := must(CorrectPrior([]float64{got}, actual, trained))[0]; !closely(back, p) {
			t.Errorf("there and back: %v, was %v", back, p)
		}
		if same := must(CorrectPrior([]float64{p}, trained, trained))[0]; !alike(same, p) {
			t.Errorf("of no change %v, was %v", same, p)
		}
	})
	if got := must(CorrectPrior([]float64{0, 1}, 0.5, 0.03)); got[0] != 0 || got[1] != 1 {
		t.Errorf("certainties became %v", got)
	}
}

// A model of the weighted rows is right about the rows as they are once corrected.
func TestCorrectPriorUndoesClassWeights(t *testing.T) {
	// Rows of one kind: 30 of class 0, 60 of class 1, 10 of class 2, with weights 1, 2, 9.
	counts, weights := []float64{30, 60, 10}, []float64{1, 2, 9}
	others := []float64{400, 100, 50} // rows of another kind, in the shares too
	var seen, trained, actual []float64
	for k, n := range counts {
		seen = append(seen, weights[k]*n/(30+120+90))
		trained = append(trained, weights[k]*(n+others[k])/(430+320+540))
		actual = append(actual, (n+others[k])/650)
	}
	got := must(CorrectPriors(seen, trained, actual))
	for k, n := range counts {
		near(t, "corrected", got[k], n/100, 1e-12)
	}
}

func TestTop(t *testing.T) {
	confidence, right, err := Top([]float64{0.2, 0.5, 0.3, 0.4, 0.4, 0.2}, 3, []int{1, 1})
	if err != nil || !slices.Equal(confidence, []float64{0.5, 0.4}) || !slices.Equal(right, []bool{true, false}) {
		t.Errorf("%v, %v, %v", confidence, right, err)
	}
}

func TestEqualMassKeepsTiesTogether(t *testing.T) {
	p := []float64{0.1, 0.2, 0.2, 0.2, 0.2, 0.9}
	table := must(Reliable(p, make([]bool, 6), nil, EqualMass, 3))
	var rows []int
	for _, b := range table {
		rows = append(rows, b.Rows)
	}
	if !slices.Equal(rows, []int{5, 1}) {
		t.Errorf("bins of %v rows, want 5 and 1", rows)
	}
	if len(must(Reliable(nil, nil, nil, EqualMass, 0))) != 0 || !math.IsNaN(Reliability{}.ECE()) || !math.IsNaN(Reliability{}.MCE()) {
		t.Error("no rows have a table")
	}
}

func TestCalibrationMistakes(t *testing.T) {
	nan, both := math.NaN(), []bool{true, false}
	for _, tc := range []struct {
		err  error
		want string
	}{
		{fails(FitPlatt([]float64{1, 2}, []bool{true, true}, nil)), "none of the 2 rows to calibrate on is negative"},
		{fails(FitPlatt([]float64{1, 2}, both, []float64{0, 1})), "is positive"},
		{fails(FitPlatt([]float64{1, nan}, both, nil)), "score 1 is NaN"},
		{fails(FitPlatt([]float64{0, 1e-310}, both, nil)), "differ by too little"},
		{fails(FitIsotonic(nil, nil, nil)), "none of the 0 rows"},
		{fails(FitIsotonic([]float64{1}, both, nil)), "1 predictions and 2 targets"},
		{fails(FitTemperature([]float64{1, 2}, []bool{false, false}, nil)), "is positive"},
		{fails(FitTemperature([]float64{-1, -1, -1, -1, -1, -1, -1, 1e308, 1}, append(make([]bool, 8), true), slices.Repeat([]float64{1e308}, 9))), "too large"},
		{fails(FitMultiTemperature([]float64{1, 2, 3}, 2, []int{0}, nil)), "3 scores are no rows of 2"},
		{fails(FitMultiTemperature([]float64{1, 2}, 2, []int{0}, nil)), "fewer than two classes"},
		{fails(FitMultiTemperature([]float64{1, nan}, 2, []int{0}, nil)), "score 1 is NaN"},
		{fails(Temperature(1).Probabilities([]float64{1}, 2)), "1 scores are no rows of 2"},
		{fails(Temperature(1).Probabilities([]float64{nan}, 1)), "score 0 is NaN"},
		{fails(CorrectPrior([]float64{0.5}, 0, 0.5)), "trained share of class 0 is 1"},
		{fails(CorrectPrior([]float64{0.5}, 0.5, nan)), "actual share of class 0 is NaN"},
		{fails(CorrectPrior([]float64{1.5}, 0.5, 0.5)), "probability 0 is 1.5"},
		{fails(CorrectPriors([]float64{1}, []float64{0.5, 0.5}, []float64{1})), "2 trained and 1 actual"},
		{fails(CorrectPriors([]float64{1}, []float64{0.5, 0.4}, []float64{0.5, 0.5})), "trained shares sum to 0.9"},
		{fails(CorrectPriors([]float64{1}, []float64{0.5, 0.5}, []float64{0.5, 0.5})), "no rows of 2"},
		{fails(CorrectPriors([]float64{0, 0}, []float64{0.5, 0.5}, []float64{0.5, 0.5})), "row 0 sum to 0"},
		{fails(Reliable([]float64{2}, []bool{true}, nil, EqualWidth, 0)), "probability 0 is 2"},
		{fails(Reliable([]float64{1}, nil, nil, EqualWidth, 0)), "1 predictions and 0 targets"},
		{fails(Reliable(nil, nil, nil, EqualWidth, -1)), "negative number of bins"},
		{fails(MultiBrier([]float64{1, 1}, 2, []int{0}, nil)), "row 0 sum to 2"},
		{fails(Temperature(1).Probabilities(nil, 0)), "no rows of 0"},
	} {
		if tc.err == nil || !strings.HasPrefix(tc.err.Error(), "metric: ") || !strings.Contains(tc.err.Error(), tc.want) {
			t.Errorf("error %v, want %q", tc.err, tc.want)
		}
	}
	if _, _, err := Top([]float64{1, 0}, 2, []int{5}); err == nil {
		t.Error("a class beyond the last was taken")
	}
}

func ExampleFitPlatt() {
	// A model that is too sure: of the rows it gives a logit of ±3, a quarter are wrong.
	score := slices.Repeat([]float64{3, 3, 3, 3, -3, -3, -3, -3}, 50)
	label := slices.Repeat([]bool{true, true, true, false, false, false, false, true}, 50)
	c, err := FitPlatt(score, label, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("before %.2f, after %.2f\n", Temperature(1).Probability(3), c.Probability(3))
	// Output: before 0.95, after 0.75
}
