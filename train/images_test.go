package train

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	stdimage "image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/descent-ml/descent/data/image"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/optim"
)

// blobs writes a folder of images with bright squares, which the masks mark.
func blobs(t *testing.T, images, h, w, classes int) string {
	t.Helper()
	dir := t.TempDir()
	for i := range images {
		picture, mask := stdimage.NewGray(stdimage.Rect(0, 0, w, h)), stdimage.NewGray(stdimage.Rect(0, 0, w, h))
		for k := range picture.Pix {
			picture.Pix[k] = uint8(60 + 40*uniform(uint64(i), uint64(k)))
		}
		for class := 1; class < classes; class++ {
			top, left := int(uniform(99, uint64(i*7+class))*float64(h-6)), int(uniform(98, uint64(i*7+class))*float64(w-6))
			for y := top; y < top+5; y++ {
				for x := left; x < left+5; x++ {
					picture.SetGray(x, y, color.Gray{Y: uint8(100 + 70*class)})
					mask.SetGray(x, y, color.Gray{Y: uint8(class)})
				}
			}
		}
		writePNG(t, filepath.Join(dir, "images", fmt.Sprintf("%02d.png", i)), picture)
		writePNG(t, filepath.Join(dir, "masks", fmt.Sprintf("%02d.png", i)), mask)
	}
	return dir
}

func writePNG(t *testing.T, path string, m stdimage.Image) {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// imageJob learns to find the squares.
func imageJob(t *testing.T, folder string, change func(*Job)) *Job {
	j := &Job{
		Images: &Images{Folder: folder, Crop: image.Crop{H: 16, W: 16, PerImage: 4, Foreground: 0.5}, Augment: []image.Augment{image.Flip{}}},
		Model: func(s ModelSpec) (nn.Layer, error) {
			head := nn.BinaryHead()
			if s.Outputs > 1 {
				head = nn.ClassHead(s.Outputs)
			}
			return nn.UNet(nn.UNetConfig{In: s.Channels, Base: 4, Depth: 2, Head: head}), nil
		},
		Optimizer: optim.Adam{LR: 0.01}, Epochs: 3, Batch: 4, Seed: 5, EarlyStop: &EarlyStop{}, Workers: 2,
		RunDir: filepath.Join(t.TempDir(), "run"),
	}
	if change != nil {
		change(j)
	}
	return j
}

func trainImages(t *testing.T, j *Job) *Result {
	t.Helper()
	r, err := j.Train(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The squares are found, on images of an odd size that windows do not divide.
func TestTrainImages(t *testing.T) {
	folder := blobs(t, 20, 27, 33, 2)
	r := trainImages(t, imageJob(t, folder, func(j *Job) { j.Epochs = 8 }))
	if iou, _ := r.Test.Metrics.Get("iou"); iou < 0.8 {
		t.Errorf("intersection over union %v of squares that are brighter than all else", iou)
	}
	if r.Test.Rows != 3 || r.Test.Pixels != 3*27*33 || r.Test.Positives != 3*25 || r.Threshold == nil || len(r.Test.Intervals) == 0 {
		t.Errorf("%+v", r.Test)
	}
	model, err := LoadImages(r.Run, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer model.Close()
	if model.Size != (image.Size{H: 27, W: 33}) || model.Threshold != *r.Threshold {
		t.Errorf("%+v", model)
	}
	if _, err := Load(r.Run, 1); err == nil || !strings.Contains(err.Error(), "of images") {
		t.Errorf("a model of images loaded as one of rows: %v", err)
	}
}

// Several classes have a probability each.
func TestTrainImagesOfClasses(t *testing.T) {
	folder := blobs(t, 20, 24, 24, 4)
	r := trainImages(t, imageJob(t, folder, func(j *Job) {
		j.Epochs = 4
		j.Images.Options.MaskValues = []int{0, 1, 2, 3}
		j.Loss, j.LossName = loss.Add(loss.Mean(loss.CrossEntropy), loss.Dice{Per: loss.Image, Classes: true, Smooth: 1}), "ce + dice"
	}))
	if len(r.Test.Classes) != 4 || r.Threshold != nil {
		t.Fatalf("%+v", r.Test)
	}
	if _, ok := r.Test.Metrics.Get("iou_macro"); !ok {
		t.Errorf("no mean overlap in %v", r.Test.Metrics)
	}
	for k, c := range r.Test.Classes {
		if k > 0 && c.Rows != 3*25 && c.Rows > 3*25 {
			t.Errorf("class %s has %d pixels", c.Name, c.Rows)
		}
	}
}

// A model of images goes by the threshold of run.json, as one of rows does, and by its
// own where it was copied without its run.
func TestImagesGoByTheRun(t *testing.T) {
	r := trainImages(t, imageJob(t, blobs(t, 12, 20, 20, 2), func(j *Job) { j.Epochs = 1 }))
	disk, err := fsx.OpenDir(r.Run)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	threshold := func() float64 {
		t.Helper()
		m, err := LoadImages(r.Run, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		return m.Threshold
	}
	info, err := readInfo(disk, r.Run)
	if err != nil {
		t.Fatal(err)
	}
	other := *r.Threshold / 2
	info.Result.Threshold = &other
	if err := writeInfo(disk, info); err != nil {
		t.Fatal(err)
	}
	if got := threshold(); got != other {
		t.Errorf("threshold %v, run.json says %v", got, other)
	}
	text := read(t, disk, infoFile)
	write(t, disk, infoFile, strings.Replace(text, `"threshold": `, `"thresholds": [0.5], "threshold": 1e999, "x": `, 1))
	if m, err := LoadImages(r.Run, 1); ClassOf(err) != Refused {
		t.Errorf("a run.json that cannot be: %v, %v", m, err)
	}
	if err := disk.Remove(infoFile); err != nil {
		t.Fatal(err)
	}
	if got := threshold(); got != *r.Threshold {
		t.Errorf("threshold %v without a run, the model says %v", got, *r.Threshold)
	}
}

// The same seed gives the same bits on any number of workers.
func TestImagesAreTheSameOnAnyWorkers(t *testing.T) {
	folder := blobs(t, 12, 21, 19, 2)
	var first []byte
	for _, workers := range []int{1, 2, 7} {
		r := trainImages(t, imageJob(t, folder, func(j *Job) {
			j.Workers = workers
			j.Images.Augment = append(j.Images.Augment, image.Rotate{Degrees: 20}, image.Noise{Sigma: 0.05}, image.Elastic{Sigma: 3})
		}))
		weights, err := os.ReadFile(filepath.Join(r.Run, weightsFile))
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = weights
		}
		if !bytes.Equal(weights, first) {
			t.Errorf("%d workers give other weights", workers)
		}
	}
}

// A run that was stopped within an epoch goes on to the same bits.
func TestImagesResume(t *testing.T) {
	folder := blobs(t, 12, 20, 20, 2)
	whole := trainImages(t, imageJob(t, folder, nil))
	want, err := os.ReadFile(filepath.Join(whole.Run, weightsFile))
	if err != nil {
		t.Fatal(err)
	}
	j := imageJob(t, folder, nil)
	_, err = j.Train(cancelAfter(11)) // an epoch has 8 steps
	if ClassOf(err) != Interrupted {
		t.Fatalf("not interrupted: %v", err)
	}
	again := imageJob(t, folder, func(n *Job) { n.RunDir = "" })
	r, err := Resume(context.Background(), j.RunDir, again)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(r.Run, weightsFile))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the weights differ from those of an undisturbed run")
	}
	if err := os.WriteFile(filepath.Join(folder, "images", "00.png"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Resume(context.Background(), j.RunDir, imageJob(t, folder, nil)); err == nil {
		t.Error("a run went on with other images")
	}
}

// A step computed in parts has the loss of the whole step, whatever counts it is made of.
func TestImagesAccumulate(t *testing.T) {
	folder := blobs(t, 12, 20, 20, 2)
	var losses [2]float64
	for i, parts := range []int{1, 4} {
		j := imageJob(t, folder, func(j *Job) {
			j.Batch, j.Accumulate, j.Epochs = 8/parts, parts, 1
			j.Loss = loss.Add(loss.Mean(loss.BCE), loss.Dice{Per: loss.Batch, Smooth: 1})
		})
		r := trainImages(t, j)
		losses[i], _ = r.Valid.Metrics.Get("loss")
	}
	if math.Abs(losses[0]-losses[1]) > 2e-3*losses[0] {
		t.Errorf("whole steps end at %v, steps in parts at %v", losses[0], losses[1])
	}
}

// An image of another size is seen through windows. Where one would do, they say what
// the whole says.
func TestScoresOfOtherSizes(t *testing.T) {
	folder := blobs(t, 12, 24, 24, 2)
	r := trainImages(t, imageJob(t, folder, func(j *Job) { j.Epochs = 6 }))
	model, err := LoadImages(r.Run, 2)
	if err != nil {
		t.Fatal(err)
	}
	defer model.Close()
	for _, size := range [][2]int{{24, 24}, {60, 41}, {10, 24}, {7, 100}, {1, 1}} {
		s := &image.Sample{H: size[0], W: size[1], C: 1, Pix: make([]float32, size[0]*size[1])}
		for i := range s.Pix {
			s.Pix[i] = 0.3
		}
		scores, err := model.Scores(context.Background(), s)
		if err != nil || len(scores) != len(s.Pix) {
			t.Fatalf("%v: %d scores, %v", size, len(scores), err)
		}
		for _, p := range scores {
			if !(p >= 0 && p <= 1) {
				t.Fatalf("%v: score %v", size, p)
			}
		}
	}
	if _, err := model.Scores(context.Background(), &image.Sample{H: 4, W: 4, C: 3, Pix: make([]float32, 48)}); err == nil {
		t.Error("an image of 3 channels was taken")
	}
	// A square in the middle of a large image is found.
	s := &image.Sample{H: 50, W: 70, C: 1, Pix: make([]float32, 3500)}
	for i := range s.Pix {
		s.Pix[i] = float32(60+40*uniform(3, uint64(i))) / 255
	}
	for y := 20; y < 25; y++ {
		for x := 40; x < 45; x++ {
			s.Pix[y*70+x] = 170. / 255
		}
	}
	scores, err := model.Scores(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	if class := model.Decide(scores); class[22*70+42] != 1 || class[5*70+5] != 0 {
		t.Errorf("the square has score %v, the background %v", scores[22*70+42], scores[5*70+5])
	}
}

func TestImagesRefused(t *testing.T) {
	folder := blobs(t, 12, 20, 20, 2)
	for _, tc := range []struct {
		name   string
		change func(*Job)
		want   string // "" is the legal neighbour
	}{
		{"legal", func(j *Job) {}, ""},
		{"balance", func(j *Job) { j.Balance = Oversample }, "balance is of rows"},
		{"calibrate", func(j *Job) { j.Calibrate = "platt" }, "masks are not calibrated"},
		{"crop", func(j *Job) { j.Images.Crop.H = 21 }, "smaller than the windows"},
		{"no masks", func(j *Job) { j.Images.Options.NoMask, j.Images.Crop.Foreground = true, 0 }, "there is nothing to predict"},
		{"a model of rows", func(j *Job) {
			j.Model = func(s ModelSpec) (nn.Layer, error) { return nn.Chain{&nn.Dense{In: 1, Out: 3}}, nil }
		}, "[N 16 16 3]"},
		{"early stop", func(j *Job) { j.EarlyStop = &EarlyStop{Metric: "valid.f1"} }, "there is no metric"},
		{"legal early stop", func(j *Job) { j.EarlyStop = &EarlyStop{Metric: "valid.iou"} }, ""},
	} {
		p, err := imageJob(t, folder, tc.change).Prepare()
		if err == nil {
			p.Close()
		}
		if got := fmt.Sprint(err); tc.want == "" && err != nil || tc.want != "" && !strings.Contains(got, tc.want) {
			t.Errorf("%s: %v, want %q", tc.name, err, tc.want)
		}
	}
	_, err := imageJob(t, filepath.Join(folder, "nowhere"), nil).Prepare()
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// Masks that stay empty are told of, once, with what the loss gives for them.
func TestCollapse(t *testing.T) {
	folder := blobs(t, 12, 20, 20, 2)
	var notes []*Note
	j := imageJob(t, folder, func(j *Job) {
		j.Epochs, j.NoPriorBias, j.Images.Crop.Foreground = 9, false, 0
		j.Loss, j.LossName = loss.Mean(loss.BCE), "bce"
		j.Optimizer = optim.Adam{LR: 1e-6}
		j.Events = func(e Event) {
			if n, ok := e.(*Note); ok {
				notes = append(notes, n)
			}
		}
	})
	r := trainImages(t, j)
	if len(notes) != 1 || notes[0].Code != string(CodeCollapse) {
		t.Fatalf("notes %v", notes)
	}
	for _, want := range []string{"50 steps in a row have marked next to no pixel", "of the pixels are to be found", "add dice() to the loss"} {
		if !strings.Contains(notes[0].Text, want) {
			t.Errorf("%q is not in %q", want, notes[0].Text)
		}
	}
	if n := r.Notes[len(r.Notes)-1]; n.Code != string(CodeCollapse) {
		t.Errorf("the result does not tell it: %v", r.Notes)
	}
	notes = nil
	j = imageJob(t, folder, func(j *Job) { j.Epochs = 9 })
	j.Events = func(e Event) {
		if n, ok := e.(*Note); ok {
			notes = append(notes, n)
		}
	}
	if trainImages(t, j); len(notes) > 0 {
		t.Errorf("masks that were learned are told of: %v", notes)
	}
}

// Central differences agree with the gradient on a piece of an image.
func TestCheckImages(t *testing.T) {
	p, err := imageJob(t, blobs(t, 12, 20, 20, 2), nil).Prepare()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	d, err := p.Check()
	if err != nil || d.Directions != checkDirections || d.Error > 1e-5 {
		t.Errorf("%+v, %v", d, err)
	}
	_, small, err := p.checkImages()
	if shape := small.step.Input("x").Shape(); err != nil || shape[1].At(0) != checkSide {
		t.Errorf("compared on %v, %v", shape, err)
	}
}
