package train

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func metricsGen() *rapid.Generator[Metrics] {
	return rapid.Custom(func(t *rapid.T) Metrics {
		var m Metrics
		for range rapid.IntRange(0, 4).Draw(t, "n") {
			value := rapid.OneOf(rapid.Just(math.NaN()), rapid.Float64Range(-1e300, 1e300)).Draw(t, "value")
			m = append(m, Metric{"m_" + rapid.StringMatching(`[a-z"\\é]{1,6}`).Draw(t, "name"), value})
		}
		return m
	})
}

// What is written is read back to the bit, in order; undefined values are null.
func TestMetricsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := &Judged{
			Rows: rapid.IntRange(0, 1e6).Draw(t, "rows"), Positives: rapid.IntRange(0, 99).Draw(t, "positives"),
			Metrics: metricsGen().Draw(t, "metrics"), AtHalf: metricsGen().Draw(t, "half"),
			Intervals: rapid.MapOf(rapid.StringMatching(`[a-z]{1,3}`), rapid.Just([2]float64{0.1, 0.2})).Draw(t, "intervals"),
		}
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got := new(Judged)
		if err := json.Unmarshal(text, got); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if d := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("%s\n%s", text, d)
		}
	})
}

func TestMetricsText(t *testing.T) {
	text, err := json.Marshal(epochLine{Epoch: 1, Step: 110, Train: Metrics{{"loss", 0.112}}, Valid: Metrics{{"loss", 0.0824}, {"roc_auc", math.NaN()}}})
	want := `{"epoch":1,"step":110,"train":{"loss":0.112},"valid":{"loss":0.0824,"roc_auc":null}}`
	if err != nil || string(text) != want {
		t.Errorf("got  %s, %v\nwant %s", text, err, want)
	}
	for _, bad := range []string{`[]`, `{"a":"b"}`, `7`, ``} {
		if err := new(Metrics).UnmarshalJSON([]byte(bad)); err == nil {
			t.Errorf("%q: accepted", bad)
		}
	}
}

func TestDiffLines(t *testing.T) {
	got := strings.Join(diffLines([]byte("a\nb\nc\nd\n"), []byte("a\nB\nB2\nd\n")), "\n")
	if want := "recipe  differs from line 2 on\n- b\n- c\n+ B\n+ B2"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	long := strings.Repeat("x\n", 20)
	if got := diffLines([]byte("a\n"), []byte(long)); got[len(got)-1] != "+ and 15 more lines" {
		t.Errorf("%q", got)
	}
}
