package data_test

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/csv"
)

// TestRankNormal holds that numbers become normal, that ties spread over all of their
// ranks, and that the way back gives the cells of the file.
func TestRankNormal(t *testing.T) {
	var b strings.Builder
	b.WriteString("amount,count,level,gap\n")
	for i := range 2000 {
		amount := "0.00"
		if i%4 > 0 {
			amount = csvNumber(math.Exp(float64(i%500)/100), 2)
		}
		gap := ""
		if i%5 > 0 {
			gap = csvNumber(float64(i), 1)
		}
		b.WriteString(amount + "," + csvNumber(float64(i%70), 0) + "," + []string{"low", "mid", "high"}[i%3] + "," + gap + "\n")
	}
	o := data.Options{RankNormal: true}
	table, err := csv.Read(strings.NewReader(b.String()), "t.csv", o)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := data.Prepare(table, o)
	if err != nil {
		t.Fatal(err)
	}
	set, s := parts.Train, parts.Schema
	for column, name := range map[int]string{0: "amount", 1: "count"} {
		mean, square := 0.0, 0.0
		for i := range set.Rows {
			v := float64(set.Row(i)[column])
			mean, square = mean+v/float64(set.Rows), square+v*v/float64(set.Rows)
		}
		if math.Abs(mean) > 0.08 || math.Abs(square-1) > 0.12 {
			t.Errorf("%s has mean %v and mean square %v", name, mean, square)
		}
	}
	lines := strings.Split(b.String(), "\n")
	for i := range set.Rows {
		cells := strings.Split(lines[set.RowID[i]], ",")
		got := s.RowCells(set.Row(i), nil)
		for k, near := range map[int]float64{0: 0.02, 1: 0.6} {
			if !strings.Contains(got[k], ".") != !strings.Contains(cells[k], ".") || relative(got[k], cells[k]) > near {
				t.Errorf("row %d: %q came back as %q", set.RowID[i], cells, got)
			}
		}
		if cells[2] != got[2] || (cells[3] == "") != (got[3] == "") {
			t.Errorf("row %d: %q came back as %q", set.RowID[i], cells, got)
		}
	}
	if got := s.RowNames(); !slices.Equal(got, []string{"amount", "count", "level", "gap"}) {
		t.Error(got)
	}
	again, _, err := s.Encode(table, data.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	if i := int(set.RowID[0]) - 1; !slices.Equal(again.Row(i), set.Row(0)) {
		t.Error("a row that is encoded again differs")
	}
}

func csvNumber(v float64, decimals int) string { return strconv.FormatFloat(v, 'f', decimals, 64) }

// relative is how far two numbers are apart, by the larger one or 1.
func relative(a, b string) float64 {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX != nil || errY != nil {
		return math.Inf(1)
	}
	return math.Abs(x-y) / max(1, math.Abs(x), math.Abs(y))
}

// TestRankNormalSchema holds that what a schema says of a number's ranks is checked.
func TestRankNormalSchema(t *testing.T) {
	o := data.Options{RankNormal: true}
	table, err := csv.Read(strings.NewReader("a,b\n1,2\n2,2\n3,2\n4,2\n5,2\n6,2\n7,2\n8,2\n9,2\n10,2\n"), "t.csv", o)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := data.Prepare(table, o)
	if err != nil {
		t.Fatal(err)
	}
	if got := parts.Schema.RowCells(make([]float32, 2), nil); got[1] != "2" {
		t.Errorf("a column of one value came back as %q", got[1])
	}
	text, err := json.Marshal(parts.Schema)
	if err != nil {
		t.Fatal(err)
	}
	var read data.Schema
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{`"quantiles":[1,2,3]`, `"decimals":-1`} {
		broken := strings.Replace(string(text), `"mode":0`, `"mode":0,`+bad, 1)
		if strings.HasPrefix(bad, `"quantiles"`) {
			broken = string(text)
			from := strings.Index(broken, `"quantiles":[`)
			to := from + strings.IndexByte(broken[from:], ']') + 1
			broken = broken[:from] + bad + broken[to:]
		}
		if err := json.Unmarshal([]byte(broken), &read); err == nil || !strings.Contains(err.Error(), "quantiles or decimals") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
