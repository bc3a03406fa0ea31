package train

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/metric"
)

// trainedOnImages is what came of a short job on images.
func trainedOnImages(t *testing.T, folder string, change func(*Job)) *Result {
	t.Helper()
	return trainImages(t, imageJob(t, folder, func(j *Job) {
		j.Epochs = 2
		if change != nil {
			change(j)
		}
	}))
}

func copyFile(t *testing.T, to, from string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// pairs copies images of a folder with their masks into a new one.
func pairs(t *testing.T, from string, names ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "march")
	for _, name := range names {
		copyFile(t, filepath.Join(dir, "images", name), filepath.Join(from, "images", name))
		copyFile(t, filepath.Join(dir, "masks", name), filepath.Join(from, "masks", name))
	}
	return dir
}

// Choosing again by a rule gives what training with that rule gives, without a look at
// the images.
func TestTuneMasksIsTraining(t *testing.T) {
	for name, change := range map[string]func(*Job){
		"valid images": func(*Job) {},
		"tune images":  func(j *Job) { j.Images.Options.Split.Tune = 0.2 },
	} {
		for _, rule := range []metric.Rule{metric.BestF{Beta: 2}, metric.PrecisionAtRecall{Recall: 0.8}, metric.Fixed{Value: 0.25}} {
			t.Run(name+" "+rule.String(), func(t *testing.T) {
				folder := blobs(t, 20, 20, 22, 2)
				first := trainedOnImages(t, folder, change)
				want := trainedOnImages(t, folder, func(j *Job) { change(j); j.Threshold = rule })
				if err := os.RemoveAll(folder); err != nil {
					t.Fatal(err)
				}
				info, _, err := Tune(context.Background(), first.Run, TuneOptions{Rule: rule})
				if err != nil {
					t.Fatal(err)
				}
				got := info.Result
				for part, pair := range map[string][2]any{
					"test": {want.Test, got.Test}, "valid": {want.Valid, got.Valid}, "tune": {want.Tune, got.Tune},
					"threshold": {want.Threshold, got.Threshold}, "choice": {want.Choice, got.Choice},
				} {
					if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
						t.Errorf("%s (-trained +tuned):\n%s", part, diff)
					}
				}
				if len(got.Earlier) != 1 || *got.Earlier[0].Threshold != *first.Threshold {
					t.Errorf("on record: %+v", got.Earlier)
				}
				model, err := LoadImages(first.Run, 1)
				if err != nil || model.Threshold != *got.Threshold {
					t.Fatalf("%+v, %v", model, err)
				}
				model.Close()
			})
		}
	}
}

// Images of another folder choose, but none that trained the model or judge it, nor a
// copy of one.
func TestTuneMasksOnAFolder(t *testing.T) {
	folder, others := blobs(t, 20, 20, 22, 2), blobs(t, 26, 20, 22, 2)
	r := trainedOnImages(t, folder, nil)
	rows, err := os.ReadFile(filepath.Join(r.Run, rowsFile))
	if err != nil || strings.Count(string(rows), ",train,") != 14 || strings.Count(string(rows), ",test,") != 3 {
		t.Fatalf("%s, %v", rows, err)
	}
	// 20 to 25 are not among the first twenty.
	info, _, err := Tune(context.Background(), r.Run, TuneOptions{Data: pairs(t, others, "20.png", "21.png", "22.png")})
	if err != nil {
		t.Fatal(err)
	}
	if c := info.Result.Choice; c.Part != "march" || c.Rows != 3*20*22 || c.Positives != 3*25 || c.Interval == nil {
		t.Errorf("%+v", c)
	}
	mixed := pairs(t, others, "00.png", "01.png", "02.png", "03.png", "04.png", "05.png", "06.png", "07.png", "23.png", "24.png")
	before, err := os.ReadFile(filepath.Join(r.Run, infoFile))
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = Tune(context.Background(), r.Run, TuneOptions{Data: mixed})
	if ClassOf(err) != Refused {
		t.Fatal(err)
	}
	for _, want := range []string{"of 10 images took part in ", " images: 0", "trained it", "(a copy of image ", "would", "on new images.", "--new-only", string(CodeThresholdLeak)} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%v", want, err)
		}
	}
	if now, _ := os.ReadFile(filepath.Join(r.Run, infoFile)); string(now) != string(before) {
		t.Error("a refused choice changed the run")
	}
	info, notes, err := Tune(context.Background(), r.Run, TuneOptions{Data: mixed, NewOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if c := info.Result.Choice; c.Rows < 2*20*22 || c.Rows > 9*20*22 || len(notes) == 0 || !strings.Contains(notes[0].Text, "images that trained this run or judge it were left out") {
		t.Errorf("%+v, %v", c, notes)
	}
	_, _, err = Tune(context.Background(), r.Run, TuneOptions{Data: folder})
	if ClassOf(err) != Refused || !strings.Contains(err.Error(), "17 of 20 images took part") {
		t.Error(err)
	}
}

func TestTuneMasksRefusals(t *testing.T) {
	change := func(name, old, new string) func(run string) {
		return func(run string) {
			b, err := os.ReadFile(filepath.Join(run, name))
			if err != nil || !strings.Contains(string(b), old) {
				t.Fatalf("%s: %v", name, err)
			}
			if err := os.WriteFile(filepath.Join(run, name), []byte(strings.Replace(string(b), old, new, 1)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	folder := blobs(t, 20, 20, 22, 2)
	trained := trainedOnImages(t, folder, func(j *Job) { j.Epochs = 1 })
	valid := predictionsDir + "/valid.csv"
	for name, tc := range map[string]struct {
		change func(run string)
		o      TuneOptions
		class  Class
		want   string // "" is the legal neighbour
	}{
		"legal":          {nil, TuneOptions{}, 0, ""},
		"a step":         {change(valid, ",valid,0", ",valid,0.0003"), TuneOptions{}, Refused, "is no step of scores"},
		"twice":          {change(valid, "\n", "\n1,images/00.png,valid,0.5,1,0\n1,images/00.png,valid,0.5,1,0\n"), TuneOptions{}, Refused, "for a second time"},
		"another image":  {change(valid, "\n", "\n99,images/99.png,valid,0.5,1,0\n"), TuneOptions{}, Refused, "its images are not those that run.json names"},
		"more pixels":    {change(predictionsDir+"/test.csv", ",0\n", ",7\n"), TuneOptions{}, Refused, "pixels are to be found, of run.json's"},
		"negative":       {change(valid, ",0\n", ",-1\n"), TuneOptions{}, Refused, "invalid syntax"},
		"another part":   {change(valid, ",valid,", ",test,"), TuneOptions{}, Refused, `an image of part "test"`},
		"another header": {change(valid, "score", "p"), TuneOptions{}, Refused, "its header is not that of masks"},
		"no predictions": {func(run string) { os.Remove(filepath.Join(run, valid)) }, TuneOptions{}, Unreadable, "valid.csv"},
		"no folder":      {nil, TuneOptions{Data: "nowhere"}, Unreadable, "nowhere"},
		"no masks":       {nil, TuneOptions{Data: filepath.Join(folder, "images")}, Refused, "no-images"},
		"other masks":    {nil, TuneOptions{Data: blobs(t, 3, 20, 22, 3)}, Refused, "other numbers than 0 and 1"},
	} {
		t.Run(name, func(t *testing.T) {
			run := filepath.Join(t.TempDir(), "run")
			if err := os.CopyFS(run, os.DirFS(trained.Run)); err != nil {
				t.Fatal(err)
			}
			if tc.change != nil {
				tc.change(run)
			}
			before, err := os.ReadFile(filepath.Join(run, modelFile))
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = Tune(context.Background(), run, tc.o)
			if tc.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || ClassOf(err) != tc.class || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("class %d, %v", ClassOf(err), err)
			}
			if after, _ := os.ReadFile(filepath.Join(run, modelFile)); string(after) != string(before) {
				t.Error("a refused choice changed the model")
			}
		})
	}
	several := trainedOnImages(t, blobs(t, 20, 20, 22, 3), func(j *Job) { j.Loss, j.Images.Options.MaskValues = loss.Mean(loss.CrossEntropy), []int{0, 1, 2} })
	_, _, err := Tune(context.Background(), several.Run, TuneOptions{})
	if ClassOf(err) != Refused || !strings.Contains(err.Error(), "the likeliest of several classes: there is no threshold") {
		t.Error(err)
	}
}
