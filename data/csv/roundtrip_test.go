package csv

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/descent-ml/descent/data"
)

// writer writes a table in one of the ways that are read.
type writer struct {
	t       *rapid.T
	sep     string
	end     string
	decimal string
}

func (w writer) cell(s string) string {
	must := strings.ContainsAny(s, w.sep+"\"\r\n")
	if must || rapid.IntRange(0, 4).Draw(w.t, "quote") == 0 {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

func (w writer) number(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	format := rapid.SampledFrom([]byte("gefG")).Draw(w.t, "format")
	if math.Abs(v) > 1e40 && format == 'f' {
		format = 'g'
	}
	return strings.Replace(strconv.FormatFloat(v, format, -1, 64), ".", w.decimal, 1)
}

// values draws finite numbers, among them neighbours of round ones, and missing ones.
func values() *rapid.Generator[float64] {
	return rapid.Custom(func(t *rapid.T) float64 {
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			return math.NaN()
		case 1:
			return float64(rapid.Int32().Draw(t, "whole"))
		case 2:
			cents := float64(rapid.IntRange(-1e6, 1e6).Draw(t, "cents")) / 100
			return math.Nextafter(cents, rapid.SampledFrom([]float64{math.Inf(-1), cents, math.Inf(1)}).Draw(t, "towards"))
		}
		return rapid.Float64().Filter(func(v float64) bool { return !math.IsInf(v, 0) && !math.IsNaN(v) }).Draw(t, "any")
	})
}

// Tables of numbers and texts, written with quotes, line breaks in cells, byte order marks, CR LF, exponents and other
// separators, are read back equal to the bit: five times as many as rapid makes by itself, 500.
func TestRoundTrip(t *testing.T) {
	for range 5 {
		rapid.Check(t, roundTrip)
	}
}

func roundTrip(t *rapid.T) {
	word := rapid.StringMatching(`[a-z "',;|éß\n\r\t]{0,5}[A-Z\n]`)
	w := writer{t: t, sep: rapid.SampledFrom([]string{",", ";", "\t", "|"}).Draw(t, "sep"),
		end:     rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end"),
		decimal: rapid.SampledFrom([]string{".", ","}).Draw(t, "decimal")}
	rows, columns := rapid.IntRange(1, 12).Draw(t, "rows"), rapid.IntRange(1, 5).Draw(t, "columns")
	isText := rapid.SliceOfN(rapid.Bool(), columns, columns).Draw(t, "isText")
	want := make([]*data.Column, columns)
	written := make([][]string, columns)
	for c := range columns {
		name := fmt.Sprintf("%s%d", word.Draw(t, "name"), c)
		if isText[c] {
			values := rapid.SliceOfN(rapid.OneOf(word, rapid.Just("")), rows, rows).Draw(t, "texts")
			want[c], written[c] = texts(name, c+1, values...), values
			continue
		}
		v := rapid.SliceOfN(values(), rows, rows).Draw(t, "numbers")
		want[c] = numbers(name, c+1, v...)
		for _, x := range v {
			written[c] = append(written[c], w.number(x))
		}
	}
	text := w.write(want, written, rows)
	o := data.Options{Sep: rune(w.sep[0]), Decimal: rune(w.decimal[0])}
	for c, column := range want {
		if isText[c] {
			o.Categorical = append(o.Categorical, column.Name)
		}
	}
	table, err := Read(strings.NewReader(text), "t.csv", o)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	for c := range columns {
		if diff := differ(want[c], table.Columns[c]); diff != "" {
			t.Fatalf("%q: column %d: %s", text, c+1, diff)
		}
	}
}

func (w writer) write(columns []*data.Column, cells [][]string, rows int) string {
	var b strings.Builder
	if rapid.Bool().Draw(w.t, "mark") {
		b.WriteString(utf8Mark)
	}
	for r := -1; r < rows; r++ {
		line := make([]string, len(columns))
		for c := range columns {
			if r < 0 {
				line[c] = w.cell(columns[c].Name)
				if len(columns) == 1 { // with another separator in its name, it would be taken for several
					line[c] = `"` + strings.ReplaceAll(columns[c].Name, `"`, `""`) + `"`
				}
			} else {
				line[c] = w.cell(cells[c][r])
			}
		}
		if len(line) == 1 && line[0] == "" {
			line[0] = `""` // a blank line is no row
		}
		b.WriteString(strings.Join(line, w.sep))
		if r < rows-1 || rapid.Bool().Draw(w.t, "last") {
			b.WriteString(w.end)
		}
	}
	return b.String()
}

// differ says where two columns differ, "" if nowhere. Numbers are compared by their bits.
func differ(a, b *data.Column) string {
	if a.Name != b.Name || a.Index != b.Index || a.Missing != b.Missing || fmt.Sprint(a.Levels, a.Codes) != fmt.Sprint(b.Levels, b.Codes) {
		return fmt.Sprintf("%+v and %+v", a, b)
	}
	for r := range a.Numbers {
		x, y := a.Numbers[r], b.Numbers[r]
		if math.IsNaN(x) != math.IsNaN(y) || !math.IsNaN(x) && math.Float64bits(x) != math.Float64bits(y) {
			return fmt.Sprintf("row %d: %v and %v", r, x, y)
		}
	}
	return ""
}
