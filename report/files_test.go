package report

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/descent-ml/descent/train"
)

// TestMissing takes files of a run away: each costs its sections and gives a note.
func TestMissing(t *testing.T) {
	whole := sections(parse(t, write(t, copyOf(t, "binary"), Options{})))
	for _, c := range []struct {
		file   string
		absent []string
	}{
		{"metrics.jsonl", []string{"curves"}},
		{"timing.jsonl", nil},
		{"recipe.py", nil},
		{"predictions/test.csv", []string{"threshold", "confusion", "calibration"}},
		{"predictions/valid.csv", nil},
	} {
		t.Run(c.file, func(t *testing.T) {
			dir := copyOf(t, "binary")
			if err := os.Remove(filepath.Join(dir, c.file)); err != nil {
				t.Fatal(err)
			}
			check := func(code string) {
				t.Helper()
				page := write(t, dir, Options{})
				want := slices.DeleteFunc(slices.Clone(whole), func(id string) bool { return slices.Contains(c.absent, id) })
				if got := sections(parse(t, page)); !slices.Equal(got, want) {
					t.Errorf("sections %v, want %v", got, want)
				}
				if !strings.Contains(page, c.file) || !strings.Contains(page, "<code>"+code+"</code>") {
					t.Errorf("no note %s of %s", code, c.file)
				}
			}
			check("file-missing")
			if c.file != "recipe.py" { // which any text may be
				put(t, dir, c.file, "{\n")
				check("file-broken")
			}
			if err := os.Remove(filepath.Join(dir, c.file)); err == nil {
				os.Mkdir(filepath.Join(dir, c.file), 0o777)
				check("file-broken")
			}
		})
	}
	if err := Write(t.TempDir(), Options{}); err == nil {
		t.Error("a folder without a run has a page")
	}
}

// TestPredictions changes predictions: what is not the run's is not shown.
func TestPredictions(t *testing.T) {
	type change struct{ name, from, to string }
	for _, c := range []change{
		{"another score", "e-", "e-0"}, // replaced below
		{"no number", ",No,0.", ",No,x."},
		{"infinite", ",No,0.", ",No,Inf;"},
		{"unknown class", ",No,", ",Never,"},
		{"another part", ",test,", ",valid,"},
		{"another header", "row,part,target,score", "row,part,target,score,more"},
		{"quote", ",test,", ",\"test,"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := copyOf(t, "binary")
			text := get(t, dir, "predictions/test.csv")
			changed := strings.Replace(text, c.from, c.to, 1)
			if c.name == "another score" {
				changed = flip(text)
			}
			if c.name == "infinite" {
				changed = strings.Replace(changed, "Inf;", "Inf\n1,test,No,0.", 1)
			}
			if changed == text {
				t.Fatal("nothing was changed")
			}
			put(t, dir, "predictions/test.csv", changed)
			page := write(t, dir, Options{})
			if ids := sections(parse(t, page)); slices.Contains(ids, "threshold") || slices.Contains(ids, "confusion") {
				t.Errorf("sections %v", ids)
			}
			if !strings.Contains(page, "<code>file-broken</code>") {
				t.Error("no note")
			}
		})
	}
}

// flip makes the first row that is predicted No a predicted Yes.
func flip(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.Contains(line, ",No,0.0") {
			lines[i] = line[:strings.LastIndexByte(line, ',')] + ",0.9"
			break
		}
	}
	return strings.Join(lines, "\n")
}

// TestRows holds the verdict on rows in two parts.
func TestRows(t *testing.T) {
	ids := func(text string) []string {
		var all []string
		for _, line := range strings.Split(strings.TrimSpace(text), "\n")[1:] {
			all = append(all, strings.Split(line, ",")[0])
		}
		return all
	}
	renumber := func(text, from, to string) string { return strings.Replace(text, "\n"+from+",", "\n"+to+",", 1) }
	for _, c := range []struct {
		name   string
		change func(test, valid string) string
		want   rowsVerdict
	}{
		{"as it is", func(test, _ string) string { return test }, rowsApart},
		{"a row of valid", func(test, valid string) string { return renumber(test, ids(test)[0], ids(valid)[0]) }, rowsShared},
		{"twice", func(test, _ string) string { return renumber(test, ids(test)[0], ids(test)[1]) }, rowsShared},
		{"beyond the table", func(test, _ string) string { return renumber(test, ids(test)[0], "1501") }, rowsOther},
		{"below it", func(test, _ string) string { return renumber(test, ids(test)[0], "0") }, rowsOther},
		{"a row of train", func(test, valid string) string {
			for i := 1; ; i++ {
				if s := strconv.Itoa(i); !slices.Contains(ids(test), s) && !slices.Contains(ids(valid), s) {
					return renumber(test, ids(test)[0], s)
				}
			}
		}, rowsOther},
	} {
		dir := copyOf(t, "binary")
		put(t, dir, "predictions/test.csv", c.change(get(t, dir, "predictions/test.csv"), get(t, dir, "predictions/valid.csv")))
		r, err := read(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if r.rows != c.want {
			t.Errorf("%s: verdict %d, want %d; %v", c.name, r.rows, c.want, r.found)
		}
	}
	dir := copyOf(t, "binary")
	edit(t, dir, func(i *train.RunInfo) { i.Data.Parts[0].SHA256 = "00" })
	if r, err := read(dir, Options{}); err != nil || r.rows != rowsUnknown {
		t.Errorf("other training rows: verdict %d, %v", r.rows, err)
	}
}

// TestUnfinished holds that a run that is not done has a page of what there is.
func TestUnfinished(t *testing.T) {
	dir := copyOf(t, "binary")
	edit(t, dir, func(i *train.RunInfo) {
		i.State, i.Error, i.Result = train.StateInterrupted, "told to stop after epoch 2", nil
	})
	lines := strings.SplitAfter(get(t, dir, "metrics.jsonl"), "\n")
	put(t, dir, "metrics.jsonl", lines[0]+lines[1]+lines[2][:20]) // cut
	page := write(t, dir, Options{})
	all := parse(t, page)
	if got, want := sections(all), strings.Fields("notes curves data proofs model recipe repeat"); !slices.Equal(got, want) {
		t.Errorf("sections %v, want %v", got, want)
	}
	for _, want := range []string{"told to stop after epoch 2", "This run has no result yet.", "over 2 epochs"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	edit(t, dir, func(i *train.RunInfo) { i.Data, i.Model, i.Proof, i.Recipe = nil, nil, nil, nil })
	if got, want := sections(parse(t, write(t, dir, Options{}))), strings.Fields("notes curves recipe repeat"); !slices.Equal(got, want) {
		t.Errorf("of a run without a job: sections %v, want %v", got, want)
	}
}
