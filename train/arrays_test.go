package train

import (
	"context"
	"encoding/binary"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/descent-ml/descent/data/array"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/nn"
)

// pictures are small ones of bytes: a bright square in one of four corners.
func corners(n int) *array.Array {
	const side = 8
	a := &array.Array{Kind: array.Uint8, Shape: []int{n, side, side}, Data: make([]byte, n*side*side), File: "corners.npy"}
	for i := range n {
		for y := range 4 {
			for x := range 4 {
				a.Data[i*side*side+(y+i%2*4)*side+x+i/2%2*4] = byte(255 - (i*7+y+x)%40)
			}
		}
	}
	return a
}

func picturesJob(dir string, latent int) *Job {
	label := &array.Array{Kind: array.Int32, Shape: []int{200}, File: "label.npy"}
	for i := range 200 {
		label.Data = binary.LittleEndian.AppendUint32(label.Data, uint32(i%4))
	}
	return &Job{
		RunDir: filepath.Join(dir, "run"), TablePath: "corners.npy", Epochs: 3, Batch: 32, Seed: 1,
		Arrays: &Arrays{Read: func() (array.Input, array.Options, error) {
			return array.Input{X: corners(200), Label: label}, array.Options{}, nil
		}},
		VAE: &VAE{Numbers: loss.Bernoulli, Model: func(s VAESpec) (*nn.VAE, error) {
			h, w, c, _ := s.Arrays.Picture()
			return nn.ConvVAE(nn.ConvVAEConfig{Height: h, Width: w, Channels: c, Latent: latent})
		}},
	}
}

// TestPictures trains on pictures, loads what the run left, and holds that it draws the same pictures for any number of
// workers, whose numbers are means of what is drawn.
func TestPictures(t *testing.T) {
	for latent, file := range map[int]string{2: "pictures/map.png", 3: "pictures/drawn.png"} {
		j := picturesJob(t.TempDir(), latent)
		r, err := j.Train(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Drawings) != 2 || r.Drawings[1].File != file || len(r.Latent.Points) != r.Latent.Rows || len(r.Latent.Labels) != r.Latent.Rows || r.Sampled != nil {
			t.Errorf("latent %d: drawings %v, %d points and %d labels of %d rows", latent, r.Drawings, len(r.Latent.Points), len(r.Latent.Labels), r.Latent.Rows)
		}
		f, err := os.Open(filepath.Join(j.RunDir, file))
		if err != nil {
			t.Fatal(err)
		}
		sheet, err := png.Decode(f)
		if f.Close(); err != nil || latent == 2 && sheet.Bounds().Dx() != 20*10-2 {
			t.Errorf("%v, %v", sheet.Bounds(), err)
		}
		var before []float32
		for _, workers := range []int{1, 3} {
			v, err := LoadVAE(j.RunDir, workers)
			if err != nil {
				t.Fatal(err)
			}
			defer v.Close()
			x, err := v.Draw(context.Background(), v.Codes(5, 2), nil, 2)
			if err != nil || v.Width() != 64 || len(x) != 5*64 || slices.Max(x) > 1 || slices.Min(x) < 0 || before != nil && !slices.Equal(before, x) {
				t.Errorf("%d numbers from %v to %v, %v", len(x), slices.Min(x), slices.Max(x), err)
			}
			before = x
			set, err := v.Arrays.Rows(corners(3))
			if err != nil || set.Rows != 3 || math.Abs(float64(set.X[0])-1) > 1e-6 {
				t.Fatalf("%v, %v", set, err)
			}
			for _, bad := range []*array.Array{{Kind: array.Uint8, Shape: []int{1, 4, 16}, Data: make([]byte, 64)}, {Kind: array.Float32, Shape: []int{1, 8, 8}, Data: make([]byte, 256)}, {Kind: array.Uint8, Shape: []int{}}} {
				if _, err := v.Arrays.Rows(bad); err == nil {
					t.Errorf("rows of %v of %v are accepted", bad.Kind, bad.Shape)
				}
			}
		}
	}
}

// TestPicturesResume holds that a run of arrays goes on only with the arrays that it began with.
func TestPicturesResume(t *testing.T) {
	j := picturesJob(t.TempDir(), 2)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	j.Events = func(e Event) {
		if end, ok := e.(*EpochEnd); ok && end.Epoch == 1 {
			cancel()
		}
	}
	if _, err := j.Train(ctx); ClassOf(err) != Interrupted {
		t.Skip("it ended before it was told to")
	}
	j.Events = nil
	read := j.Arrays.Read
	j.Arrays.Read = func() (array.Input, array.Options, error) {
		in, o, err := read()
		in.X.SHA256 = "another"
		return in, o, err
	}
	if _, err := Resume(context.Background(), j.RunDir, j); err == nil {
		t.Error("it goes on with other arrays")
	}
	j.Arrays.Read = read
	if _, err := Resume(context.Background(), j.RunDir, j); err != nil {
		t.Error(err)
	}
}
