package metric

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Equal thresholds give the likeliest class; only ratios count; and of two classes
// the rule is the threshold of the second one.
func TestDecide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawClasses(t)
		level := rapid.Float64Range(0.001, 1).Draw(t, "level")
		if got := must(Thresholds(slices.Repeat([]float64{level}, r.k)).Decide(r.p)); !slices.Equal(got, r.predicted) {
			t.Errorf("all thresholds %v give %v, likeliest are %v", level, got, r.predicted)
		}
		var of, scaled Thresholds
		for range r.k {
			x := float64(rapid.IntRange(1, 31).Draw(t, "threshold")) / 32
			of, scaled = append(of, x), append(scaled, x/4)
		}
		got := must(of.Decide(r.p))
		if other := must(scaled.Decide(r.p)); !slices.Equal(got, other) {
			t.Errorf("%v give %v, a quarter of them %v", of, got, other)
		}
		for i, class := range got {
			for j := range r.k {
				if r.p[i*r.k+j]*of[class] > r.p[i*r.k+class]*of[j]*(1+1e-12) {
					t.Errorf("row %v: class %d by %v, but %d is above", r.p[i*r.k:(i+1)*r.k], class, of, j)
				}
			}
		}
		for i, class := range must(Thresholds{1 - of[0], of[0]}.Decide([]float64{0.3, 0.7, 0.9, 0.1})) {
			if want := []float64{0.7, 0.1}[i] > of[0]; (class == 1) != want { // neither is a 32nd, so never equal
				t.Errorf("threshold %v of two classes: row %d is class %d", of[0], i, class)
			}
		}
	})
}

func TestDecideEdges(t *testing.T) {
	for _, tc := range []struct {
		t    Thresholds
		p    []float64
		want int
	}{
		{Thresholds{0, 0.5}, []float64{0, 1}, 1},              // a class of no probability is not taken at threshold 0
		{Thresholds{0, 0.5}, []float64{0.01, 0.99}, 0},        // any other is
		{Thresholds{0, 0}, []float64{0.4, 0.6}, 1},            // equal thresholds, even these
		{Thresholds{0.5, 0.25}, []float64{0.5, 0.25}, 0},      // equal ratios: the likelier
		{Thresholds{0.25, 0.5}, []float64{0.25, 0.5}, 1},      // the likelier
		{Thresholds{0.5, 0.5, 1}, []float64{0.4, 0.4, .2}, 0}, // and of equally likely ones the first
	} {
		if got := must(tc.t.Decide(tc.p)); got[0] != tc.want {
			t.Errorf("%v by %v: class %d, want %d", tc.p, tc.t, got[0], tc.want)
		}
	}
}

func TestThresholdsOfChoices(t *testing.T) {
	choices := []Choice{{Value: 0.1}, {Value: 0.5, Kept: true}, {Value: 0.4}, {Value: 0.5, Kept: true}}
	if got := LabelThresholds(choices); !slices.Equal(got, Thresholds{0.1, 0.5, 0.4, 0.5}) {
		t.Errorf("of labels %v", got)
	}
	for j, x := range ClassThresholds(choices) {
		near(t, fmt.Sprintf("class %d", j), x, []float64{0.1, 0.2, 0.4, 0.2}[j], 1e-15)
	}
	if got := ClassThresholds([]Choice{{Value: 0.5, Kept: true}, {Value: 0.5, Kept: true}}); !slices.Equal(got, Thresholds{0.5, 0.5}) {
		t.Errorf("of kept choices %v", got)
	}
}

// Each class is chosen as if it were alone, and as each label is.
func TestChooseEach(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	const n, k = 400, 3
	var p []float64
	var class []int
	var label []bool
	for range n {
		c := random.IntN(20) % 3 // 7, 7 and 6 of 20
		if c == 2 && random.IntN(10) > 0 {
			c = 0 // about 12 of 400: too few
		}
		row, sum := make([]float64, k), 0.0
		for j := range row {
			row[j] = random.Float64()
			if j == c {
				row[j] += 0.5
			}
			sum += row[j]
		}
		for j, x := range row {
			p, label = append(p, x/sum), append(label, j == c)
		}
		class = append(class, c)
	}
	rest, labels := must(OneVsRest(p, k, class, nil)), must(RankLabels(p, label, k, nil))
	for _, rule := range rules {
		got := must(rest.Choose(rule))
		if other := must(labels.Choose(rule)); !slices.Equal(got, other) {
			t.Errorf("%v: classes %+v, labels %+v", rule, got, other)
		}
		for j := range k {
			if want := must(rest[j].Choose(rule)); got[j] != want {
				t.Errorf("%v: class %d %+v, want %+v", rule, j, got[j], want)
			}
		}
		if !got[2].Kept || got[0].Kept || got[1].Kept {
			t.Errorf("%v: kept %v %v %v, want the last one only", rule, got[0].Kept, got[1].Kept, got[2].Kept)
		}
		each := must(Bootstrap{Resamples: 30, Seed: 3}.ChooseEach(rest, rule))
		if want := must(Bootstrap{Resamples: 30, Seed: 3}.Choose(rest[1], rule)); each[1] != want {
			t.Errorf("%v: steadier %+v, want %+v", rule, each[1], want)
		}
	}
	// What a rule promised holds of flags.
	choices := must(rest.Choose(RecallAtPrecision{0.6}))
	flags := must(LabelThresholds(choices).Flag(p))
	for j, c := range must(CountLabels(flags, label, k, nil)) {
		if c != choices[j].Counts {
			t.Errorf("class %d: flags count %+v, the choice %+v", j, c, choices[j].Counts)
		}
	}
}

// The interval of macro F1 is that of slow resampling, and steady under its seed.
func TestBootstrapConfuse(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))
	var predicted, actual []int
	var weight []float64
	for range 60 {
		predicted, actual = append(predicted, random.IntN(3)), append(actual, random.IntN(3))
		weight = append(weight, float64(random.IntN(3)))
	}
	b := Bootstrap{Resamples: 25, Seed: 4}
	draws := must(b.Confuse(predicted, actual, weight, 3))
	f1 := draws.Of(func(m Confusion) float64 { return m.F1(Macro, Zero) })
	for i, times := range slow(b, 60) {
		var p, a []int
		var w []float64
		for j, n := range times {
			for range int(n) {
				p, a, w = append(p, predicted[j]), append(a, actual[j]), append(w, weight[j])
			}
		}
		if want := must(Confuse(p, a, w, 3)).F1(Macro, Zero); !alike(f1[i], want) {
			t.Errorf("draw %d: %v, want %v", i, f1[i], want)
		}
	}
	if again := must(b.Confuse(predicted, actual, weight, 3)); !slices.Equal(f1, again.Of(func(m Confusion) float64 { return m.F1(Macro, Zero) })) {
		t.Error("the same seed drew others")
	}
	if len(must(Bootstrap{}.Confuse(predicted, actual, nil, 3))) != DefaultResamples {
		t.Error("the default number of draws is not taken")
	}
	if err := (Bootstrap{}).Draw(2, []float64{1}, nil); err == nil {
		t.Error("1 weight for 2 rows was taken")
	}
	stop := fmt.Errorf("stop")
	if err := (Bootstrap{}).Draw(2, nil, func([]float64) error { return stop }); err != stop {
		t.Errorf("error %v of visit was lost", err)
	}
}

// slow returns how often each row is drawn, kept for all draws.
func slow(b Bootstrap, rows int) (all [][]float64) {
	lots := newLots(b.Seed, 2, rows)
	for i := range b.resamples() {
		all = append(all, slices.Clone(lots.draw(i)))
	}
	return all
}

// The interval of the accuracy is that of a binomial share.
func TestBootstrapConfuseWidth(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 8))
	var predicted, actual []int
	for range 800 {
		a := random.IntN(4)
		p := a
		if random.IntN(4) == 0 {
			p = (a + 1) % 4
		}
		predicted, actual = append(predicted, p), append(actual, a)
	}
	share := must(Confuse(predicted, actual, nil, 4)).Accuracy()
	half := 1.96 * math.Sqrt(share*(1-share)/800)
	got := Interval95(must(Bootstrap{Seed: 1}.Confuse(predicted, actual, nil, 4)).Of(Confusion.Accuracy))
	if math.Abs(got.Lo-(share-half)) > half/8 || math.Abs(got.Hi-(share+half)) > half/8 {
		t.Errorf("accuracy %v: interval %v, want about %v to %v", share, got, share-half, share+half)
	}
}
