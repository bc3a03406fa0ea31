package metric

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// randomRows are n rows, of which every tenth is positive.
func randomRows(n int, seed uint64) table {
	random := rand.New(rand.NewPCG(seed, 0))
	var rows table
	for i := range n {
		positive := i%10 == 0
		z := random.NormFloat64() - 2
		if positive {
			z += 2
		}
		rows.Score = append(rows.Score, math.Round(1e3/(1+math.Exp(-z)))/1e3)
		rows.Label = append(rows.Label, positive)
	}
	return rows
}

func (rows table) rank() *Ranking { return must(Rank(rows.Score, rows.Label, rows.Weight)) }

func TestBootstrapRepeats(t *testing.T) {
	valid, test := randomRows(300, 1), randomRows(400, 2)
	first := must(Bootstrap{Resamples: 50, Seed: 7}.Run(valid.rank(), test.rank(), BestF{}))

	slices.Reverse(test.Score)
	slices.Reverse(test.Label)
	again := must(Bootstrap{Resamples: 50, Seed: 7}.Run(valid.rank(), test.rank(), BestF{}))
	if diff := cmp.Diff(first, again, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("the same seed and rows in another order differ:\n%s", diff)
	}
	fewer := must(Bootstrap{Resamples: 20, Seed: 7}.Run(valid.rank(), test.rank(), BestF{}))
	if !slices.Equal(fewer.Threshold, first.Threshold[:20]) {
		t.Error("draw i depends on how many there are")
	}
	other := must(Bootstrap{Resamples: 50, Seed: 8}.Run(valid.rank(), test.rank(), BestF{}))
	if slices.Equal(other.Threshold, first.Threshold) {
		t.Error("another seed gives the same draws")
	}
}

// The draws themselves are promised: a change of the generator changes every
// interval that was ever printed. These were computed with another program.
func TestBootstrapDraws(t *testing.T) {
	r := must(Rank(make([]float64, 8), make([]bool, 8), nil))
	for i, want := range [][]float64{{0, 4, 0, 1, 0, 2, 0, 1}, {0, 1, 2, 1, 1, 0, 2, 1}} {
		if got := newDrawer(42, 0, r).draw(i).times; !slices.Equal(got, want) {
			t.Errorf("draw %d is %v, want %v", i, got, want)
		}
	}
}

// The slow way: make the drawn rows and do everything anew.
func TestBootstrapIsResampling(t *testing.T) {
	weighted := func(n int, seed uint64) *Ranking {
		rows := randomRows(n, seed)
		rows.Weight = slices.Repeat([]float64{1}, n)
		rows.Weight[3], rows.Weight[10] = 2.5, 3
		return rows.rank()
	}
	valid, test := weighted(230, 3), weighted(150, 4)
	const seed, n = 11, 40
	for _, rule := range append(rules, Fixed{0.4}) {
		got := must(Bootstrap{Resamples: n, Seed: seed}.Run(valid, test, rule))
		for i := range n {
			drawnValid, drawnTest := drawn(newDrawer(seed, 0, valid).draw(i)), drawn(newDrawer(seed, 1, test).draw(i))
			threshold := 0.4
			if _, fixed := rule.(Fixed); !fixed {
				threshold = exhaustive(drawnValid, rule)
				if highest := slices.Max(drawnValid.Score); threshold > highest {
					threshold = math.Nextafter(valid.rows[0].score, math.Inf(1)) // to flag no row is above all valid rows
				}
			}
			if got.Threshold[i] != threshold {
				t.Errorf("%v, draw %d: threshold %v, want %v", rule, i, got.Threshold[i], threshold)
			}
			want := must(CountAt(drawnTest.Score, drawnTest.Label, drawnTest.Weight, threshold))
			slow := drawnTest.rank()
			if !alike(got.Counts[i].F1(One), want.F1(One)) || !alike(got.Counts[i].Accuracy(), want.Accuracy()) ||
				!alike(got.ROCAUC[i], slow.ROCAUC()) || !alike(got.AveragePrecision[i], slow.AveragePrecision()) {
				t.Errorf("%v, draw %d: %+v, %v, %v, want %+v, %v, %v", rule, i,
					got.Counts[i], got.ROCAUC[i], got.AveragePrecision[i], want, slow.ROCAUC(), slow.AveragePrecision())
			}
		}
	}
}

func drawn(s *sample) (rows table) {
	for i, row := range s.rows {
		for range int(s.times[i]) {
			rows.Score = append(rows.Score, row.score)
			rows.Label = append(rows.Label, row.pos > 0)
			rows.Weight = append(rows.Weight, row.pos+row.neg)
		}
	}
	return rows
}

// The interval of an accuracy is known in theory: that of a binomial share.
func TestBootstrapWidth(t *testing.T) {
	rows := randomRows(1000, 5)
	s := must(Bootstrap{Seed: 1}.Run(rows.rank(), rows.rank(), Fixed{0.5}))
	if len(s.Threshold) != DefaultResamples {
		t.Errorf("%d resamples", len(s.Threshold))
	}
	p := must(CountAt(rows.Score, rows.Label, nil, 0.5)).Accuracy()
	half := 1.96 * math.Sqrt(p*(1-p)/1000)
	got := Interval95(s.Of(Counts.Accuracy))
	if math.Abs(got.Lo-(p-half)) > half/8 || math.Abs(got.Hi-(p+half)) > half/8 {
		t.Errorf("accuracy %v: interval %v, want about %v to %v", p, got, p-half, p+half)
	}
}

// Each row is drawn once on average, with the spread of a Poisson variable.
func TestDrawIsUniform(t *testing.T) {
	r := randomRows(101, 6).rank()
	const draws = 4000
	total := make([]float64, 101)
	squares := 0.0
	for i := range draws {
		taken := 0.0
		for at, n := range newDrawer(3, 1, r).draw(i).times {
			total[at] += n
			squares += n * n
			taken += n
		}
		if taken != 101 {
			t.Fatalf("draw %d takes %v rows", i, taken)
		}
	}
	for at, n := range total {
		if math.Abs(n-draws) > 5*math.Sqrt(draws) {
			t.Errorf("row %d was drawn %v times, want about %d", at, n, draws)
		}
	}
	if variance := squares/(101*draws) - 1; math.Abs(variance-100.0/101) > 0.02 {
		t.Errorf("variance %v, want %v", variance, 100.0/101)
	}
}

func TestBootstrapOfKeptThreshold(t *testing.T) {
	valid, test := randomRows(100, 7), randomRows(100, 8) // 10 positive rows: too few
	s := must(Bootstrap{Resamples: 20}.Run(valid.rank(), test.rank(), BestF{}))
	for _, threshold := range s.Threshold {
		if threshold != DefaultThreshold {
			t.Errorf("threshold %v", threshold)
		}
	}
}

func TestBootstrapMistakes(t *testing.T) {
	some, none := randomRows(10, 1).rank(), must(Rank(nil, nil, nil))
	for name, err := range map[string]error{
		"no valid rows": fails(Bootstrap{}.Run(none, some, BestF{})),
		"no test rows":  fails(Bootstrap{}.Run(some, none, BestF{})),
		"bad rule":      fails(Bootstrap{}.Run(some, some, BestF{-1})),
		"negative":      fails(Bootstrap{Resamples: -1}.Run(some, some, BestF{})),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func BenchmarkBootstrap(b *testing.B) {
	valid, test := randomRows(1500, 1).rank(), randomRows(1500, 2).rank()
	for b.Loop() {
		if _, err := (Bootstrap{}).Run(valid, test, BestF{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRank(b *testing.B) {
	rows := randomRows(100_000, 1)
	for b.Loop() {
		r := must(Rank(rows.Score, rows.Label, nil))
		r.ROCAUC()
	}
}

// The number of cores changes no draw.
func TestBootstrapCores(t *testing.T) {
	valid, test := randomRows(120, 5).rank(), randomRows(90, 6).rank()
	run := func(cores int) *Resamples {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		return must(Bootstrap{Resamples: 23, Seed: 3}.Run(valid, test, BestF{}))
	}
	want := run(1)
	for _, cores := range []int{2, 3, 7, 40} {
		if diff := cmp.Diff(want, run(cores), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%d cores give other draws:\n%s", cores, diff)
		}
	}
}

// The slow way: draw rows, and rank and measure them anew.
func TestDrawsOfScores(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	const rows, k = 60, 3
	var p []float64
	var class []int
	for range rows {
		a, b := r.Float64(), r.Float64()
		for _, x := range []float64{math.Round(20*a) / 20, b, 0.3} { // ties too
			p = append(p, x/(math.Round(20*a)/20+b+0.3))
		}
		class = append(class, r.IntN(k))
	}
	b := Bootstrap{Resamples: 30, Seed: 5}
	roc, precision, err := b.Areas(must(OneVsRest(p, k, class, nil)))
	if err != nil {
		t.Fatal(err)
	}
	losses := must(b.Means(must(MultiLogLosses(p, k, class))))
	i := 0
	err = b.Draw(rows, nil, func(weight []float64) error {
		slow := must(OneVsRest(p, k, class, weight))
		for name, pair := range map[string][2]float64{
			"roc_auc":           {roc[i], slow.ROCAUC(Macro, Undefined)},
			"average_precision": {precision[i], slow.AveragePrecision(Macro, Undefined)},
			"log_loss":          {losses[i], must(MultiLogLoss(p, k, class, weight))},
		} {
			if math.Abs(pair[0]-pair[1]) > 1e-12 {
				t.Errorf("draw %d: %s %v, want %v", i, name, pair[0], pair[1])
			}
		}
		i++
		return nil
	})
	if err != nil || i != 30 {
		t.Errorf("%d draws, %v", i, err)
	}
	if _, _, err := b.Areas(nil); err == nil {
		t.Error("areas of no classes")
	}
	without := slices.Repeat([]float64{1}, rows)
	without[0] = 0
	if _, _, err := b.Areas(must(OneVsRest(p, k, class, without))); err == nil {
		t.Error("areas with a row that is not there")
	}
}
