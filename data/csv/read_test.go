package csv

import (
	"errors"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/descent-ml/descent/data"
)

func read(t *testing.T, text string, o data.Options) *data.Table {
	t.Helper()
	table, err := Read(strings.NewReader(text), "data.csv", o)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func numbers(name string, index int, v ...float64) *data.Column {
	c := &data.Column{Name: name, Index: index, Numbers: v}
	for _, x := range v {
		if math.IsNaN(x) {
			c.Missing++
		}
	}
	return c
}

// texts makes a column of texts; "" stands for a missing one.
func texts(name string, index int, v ...string) *data.Column {
	var levels []string
	codes := make([]int32, len(v))
	code := map[string]int32{"": -1}
	for r, s := range v {
		if _, known := code[s]; !known {
			code[s] = int32(len(levels))
			levels = append(levels, s)
		}
		codes[r] = code[s]
	}
	return data.TextColumn(name, index, levels, codes)
}

func TestRead(t *testing.T) {
	nan := math.NaN()
	for _, tc := range []struct {
		name    string
		text    string
		options data.Options
		want    []*data.Column
		lines   []int
	}{
		{
			name: "texts before and after the first number",
			text: "a,b,c,d\n,1,,3\nx,y,,\ny,z,u,4\nx,,v,\n",
			want: []*data.Column{
				texts("a", 1, "", "x", "y", "x"), texts("b", 2, "1", "y", "z", ""), texts("c", 3, "", "", "u", "v"),
				numbers("d", 4, 3, nan, 4, nan),
			},
			lines: []int{2, 3, 4, 5},
		},
		{
			name:  "numbers and texts",
			text:  "y,x,day\nNo,1,Mon\nYes,2.5,Tue\nNo,-3e-2,Sun\n",
			want:  []*data.Column{texts("y", 1, "No", "Yes", "No"), numbers("x", 2, 1, 2.5, -0.03), texts("day", 3, "Mon", "Tue", "Sun")},
			lines: []int{2, 3, 4},
		},
		{
			name:  "byte order mark, CR LF, no line break at the end",
			text:  "\uFEFFx,\"y\"\r\n1,a\r\n2,b",
			want:  []*data.Column{numbers("x", 1, 1, 2), texts("y", 2, "a", "b")},
			lines: []int{2, 3},
		},
		{
			name:  "quotes, line breaks and separators inside",
			text:  "\"a\nb\",y\n\"1\",\"x\r\ny\"\n\"2\",\"\"\"\"\"\"\n3,\"p,q\"\n",
			want:  []*data.Column{numbers("a\nb", 1, 1, 2, 3), texts("y", 2, "x\r\ny", `""`, "p,q")},
			lines: []int{3, 5, 6},
		},
		{
			name:  "missing",
			text:  "x,y\n,a\n1,\n\"\",b\n",
			want:  []*data.Column{numbers("x", 1, nan, 1, nan), texts("y", 2, "a", "", "b")},
			lines: []int{2, 3, 4},
		},
		{
			name:  "nothing but missing",
			text:  "x,y\n,1\n,2\n",
			want:  []*data.Column{numbers("x", 1, nan, nan), numbers("y", 2, 1, 2)},
			lines: []int{2, 3},
		},
		{
			name:    "words for missing values replace the empty cell",
			text:    "x,y\nNA,\n1,a\n",
			options: data.Options{NA: []string{"NA"}},
			want:    []*data.Column{numbers("x", 1, nan, 1), data.TextColumn("y", 2, []string{"", "a"}, []int32{0, 1})},
			lines:   []int{2, 3},
		},
		{
			name:  "0 and 1 are numbers, true and false texts",
			text:  "a,b\n0,true\n1,false\n",
			want:  []*data.Column{numbers("a", 1, 0, 1), texts("b", 2, "true", "false")},
			lines: []int{2, 3},
		},
		{
			name:  "texts keep their blanks and zeros, numbers need not",
			text:  "a,b\n 1 , x\n02,x\n",
			want:  []*data.Column{numbers("a", 1, 1, 2), texts("b", 2, " x", "x")},
			lines: []int{2, 3},
		},
		{
			name:    "texts that look like numbers",
			text:    "a,b\n01,1\n1,2\n",
			options: data.Options{Categorical: []string{"a"}},
			want:    []*data.Column{texts("a", 1, "01", "1"), numbers("b", 2, 1, 2)},
			lines:   []int{2, 3},
		},
		{
			name:  "texts after numbers keep the numbers as they were written",
			text:  "a\n01\n1.0\nx\n1e0\n",
			want:  []*data.Column{texts("a", 1, "01", "1.0", "x", "1e0")},
			lines: []int{2, 3, 4, 5},
		},
		{
			name:    "columns that are not asked for are not judged",
			text:    "id,x,z,y\n7,1,\"1,5\",No\n8,2,1.5,Yes\n",
			options: data.Options{Target: "y", ID: "id", Drop: []string{"z"}},
			want:    []*data.Column{texts("id", 1, "7", "8"), numbers("x", 2, 1, 2), texts("y", 4, "No", "Yes")},
			lines:   []int{2, 3},
		},
		{
			name:    "features",
			text:    "x,z,y,w\n1,\"1,5\",No,2\n2,1.5,Yes,3\n",
			options: data.Options{Target: "y", Features: []string{"x"}, Weight: "w"},
			want:    []*data.Column{numbers("x", 1, 1, 2), texts("y", 3, "No", "Yes"), numbers("w", 4, 2, 3)},
			lines:   []int{2, 3},
		},
		{
			name:    "decimal comma with thousands",
			text:    "x;y\n1.234.567,5;-1,5e3\n12,25;-1.500\n",
			options: data.Options{Sep: ';', Decimal: ','},
			want:    []*data.Column{numbers("x", 1, 1234567.5, 12.25), numbers("y", 2, -1500, -1500)},
			lines:   []int{2, 3},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			table := read(t, tc.text, tc.options)
			if diff := cmp.Diff(tc.want, table.Columns, cmpopts.EquateNaNs()); diff != "" {
				t.Errorf("columns (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.lines, table.Lines); diff != "" || table.Rows != len(tc.lines) {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadTrickle(t *testing.T) {
	const text = "x,y\n1,a\n2,\"b\"\n"
	want := read(t, text, data.Options{})
	if want.SHA256 != "fe31fceece3ed99ad1cf86c0246a60406971b82fef2c18d18ead2375e275204e" {
		t.Errorf("SHA-256 %q", want.SHA256)
	}
	got, err := Read(iotest.OneByteReader(strings.NewReader(text)), "data.csv", data.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("byte by byte (-want +got):\n%s", diff)
	}
	broken := errors.New("the disk is gone")
	if _, err := Read(iotest.ErrReader(broken), "data.csv", data.Options{}); !errors.Is(err, broken) || err.Error() != "data.csv: the disk is gone" {
		t.Errorf("error %v", err)
	}
}

// A problem says what was nearly accepted; this is where nine tenths lie.
func TestNineTenths(t *testing.T) {
	for _, tc := range []struct {
		numbers, texts int
		refused        bool
	}{{9, 1, true}, {8, 1, false}, {90, 10, true}, {89, 10, false}, {1, 1, false}} {
		text := "x\n" + strings.Repeat("1.5\n", tc.numbers) + strings.Repeat("word\n", tc.texts)
		_, err := Read(strings.NewReader(text), "data.csv", data.Options{})
		if (err != nil) != tc.refused {
			t.Errorf("%d numbers, %d texts: %v", tc.numbers, tc.texts, err)
		}
	}
}

func TestProblemsAreErrors(t *testing.T) {
	_, err := Read(strings.NewReader("a,b\n1,1e999\n1e999,1\n"), "data.csv", data.Options{})
	var ps data.Problems
	var p *data.Problem
	if !errors.As(err, &ps) || len(ps) != 2 || !errors.As(err, &p) || p.Line != 3 || p.Col != 1 || ps[1].Line != 2 || ps[1].Col != 2 {
		t.Errorf("errors %v", err)
	}
}
