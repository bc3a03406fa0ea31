package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		min, max float64
		want     string
	}{
		{0, 1, "0 0.2 0.4 0.6 0.8 1.0"},
		{0, 24, "0 5 10 15 20"},
		{0, 1e5, "0 20,000 40,000 60,000 80,000 100,000"},
		{-2000, 2000, "−2,000 −1,000 0 1,000 2,000"},
		{0.07, 0.11, "0.07 0.08 0.09 0.10 0.11"},
		{1.9e6, 2.4e6, "1.9e6 2.0e6 2.1e6 2.2e6 2.3e6 2.4e6"},
		{0, 4e-5, "0 1e-5 2e-5 3e-5 4e-5"},
		{-1e300, 1e300, "−1.0e300 −5e299 0 5e299 1.0e300"},
		{0, 3, "0 1 2 3"},
		{0.9, 1.1, "0.90 0.95 1.00 1.05 1.10"},
		{1, 1, ""},
		{math.NaN(), 1, ""},
		{-math.MaxFloat64, math.MaxFloat64, ""},
	} {
		var got []string
		for _, tick := range (Axis{Min: c.min, Max: c.max}).ticks() {
			got = append(got, tick.text)
		}
		if got := strings.Join(got, " "); got != c.want {
			t.Errorf("[%v, %v]: %s, want %s", c.min, c.max, got, c.want)
		}
	}
}

func TestNice(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		values   []float64
		min, max float64
	}{
		{nil, 0, 1},
		{[]float64{nan, inf}, 0, 1},
		{[]float64{0.071, nan, 0.109}, 0.07, 0.11},
		{[]float64{3, 3}, 1, 5},
		{[]float64{0, 0}, -0.6, 0.6},
		{[]float64{-7, 93}, -20, 100},
		{[]float64{0, 1}, 0, 1},
	} {
		a := Nice("", c.values...)
		if math.Abs(a.Min-c.min) > 1e-12 || math.Abs(a.Max-c.max) > 1e-12 {
			t.Errorf("%v: [%v, %v], want [%v, %v]", c.values, a.Min, a.Max, c.min, c.max)
		}
	}
}

// TestNiceHolds holds that every value lies on its axis, and that an axis has two
// ticks at least, whose texts differ.
func TestNiceHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64(), 1, 5).Draw(t, "values")
		a := Nice("", values...)
		for _, v := range values {
			if math.Abs(v) < largest && (v < a.Min-rounding*(a.Max-a.Min) || v > a.Max+rounding*(a.Max-a.Min)) {
				t.Errorf("%v is not in [%v, %v]", v, a.Min, a.Max)
			}
		}
		ticks := a.ticks()
		if len(ticks) < 2 {
			t.Fatalf("[%v, %v] has ticks %v", a.Min, a.Max, ticks)
		}
		for i, tick := range ticks[1:] {
			if tick.text == ticks[i].text {
				t.Errorf("[%v, %v]: two ticks %s", a.Min, a.Max, tick.text)
			}
		}
	})
}

func plot(marks ...Mark) string {
	return Plot{ID: "p", Title: "T", Desc: "D", X: Axis{"x", 0, 1}, Y: Axis{"y", 0, 1}, Marks: marks}.SVG()
}

// TestMarks compares what each mark adds to a plot.
func TestMarks(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name string
		mark Mark
		want string
	}{
		{"line", Line{"a", []Point{{0, 0}, {0.5, 1}, {1, 0.5}}, false}, `<path class="line a" d="M48 220L207 26L366 123"/>`},
		{"steps", Line{"a", []Point{{0, 0}, {0.5, 1}}, true}, `<path class="line a" d="M48 220H207V26"/>`},
		{"a gap", Line{"a", []Point{{0, 0}, {nan, 1}, {0.5, 1}, {1, 0}}, false}, `<path class="line a" d="M48 220M207 26L366 220"/>`},
		{"nothing", Line{"a", nil, false}, ``},
		{"beyond the axes", Line{"a", []Point{{-5, -5}, {9, 9}}, false}, `<path class="line a" d="M48 220L366 26"/>`},
		{"dots", Dots{"a", []Point{{0, 0}, {nan, 0}, {1, 1}}}, `<path class="dots a" d="M48 220h0M366 26h0"/>`},
		{"bars", Bars{"a", []float64{0, 0.5, 1}, []float64{1, 0}}, `<path class="bar a" d="M48 220V26H207V220zM207 220V220H366V220z"/>`},
		{"whiskers", Whiskers{"a", []Span{{0.5, 0, 1}, {nan, 0, 1}}}, `<path class="whisker a" d="M207 220V26"/>`},
		{"area", Area{"a", Point{0.5, 0}, Point{0, 1}}, `<rect class="area a" x="48" y="26" width="159" height="194"/>`},
		{"ruler", Ruler{"a", Point{0, 0}, Point{1, 1}}, `<path class="ruler a" d="M48 220L366 26"/>`},
		{"ruler without a place", Ruler{"a", Point{0, nan}, Point{1, 1}}, ``},
		{"note", Note{"a", Point{0.5, 0.5}, "here", false}, `<text class="note a" x="215" y="115" text-anchor="start">here</text>`},
		{"note below", Note{"a", Point{0.5, 0.5}, "here", true}, `<text class="note a" x="215" y="139" text-anchor="start">here</text>`},
		{"note in a corner", Note{"a", Point{1, 1}, "here", false}, `<text class="note a" x="358" y="42" text-anchor="end">here</text>`},
	} {
		empty := strings.TrimSuffix(plot(), "</svg>")
		got := strings.TrimSuffix(strings.TrimPrefix(plot(c.mark), empty), "</svg>")
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// TestEscape holds that no text leaves its element.
func TestEscape(t *testing.T) {
	bad := `"'><script>&</svg>`
	svg := Plot{ID: bad, Title: bad, Desc: bad, X: Axis{bad, 0, 1}, Y: Axis{bad, 0, 1}, Marks: []Mark{
		Line{bad, []Point{{0, 0}, {1, 1}}, false}, Dots{bad, []Point{{0, 0}}}, Bars{bad, []float64{0, 1}, []float64{1}}, Whiskers{bad, []Span{{0, 0, 1}}},
		Area{bad, Point{}, Point{1, 1}}, Ruler{bad, Point{}, Point{1, 1}}, Note{bad, Point{}, bad, false},
	}}.SVG()
	if strings.Contains(svg, "<script") || strings.Count(svg, "</svg>") != 1 {
		t.Errorf("not escaped: %s", svg)
	}
	d := xml.NewDecoder(strings.NewReader(svg))
	texts := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if c, ok := token.(xml.CharData); ok && string(c) == bad {
			texts++
		}
	}
	if texts != 5 { // title, description, both axes, the note
		t.Errorf("%d texts are as they were given, want 5", texts)
	}
}
