package main

import (
	"encoding/json"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// TestMemoryOfImages holds what a run of images takes to what it plans, where images as
// they are kept and read ahead are most of it.
func TestMemoryOfImages(t *testing.T) {
	const n, side = 60, 800
	dir := t.TempDir()
	for part, of := range map[string]struct{ n, side int }{"train": {n, side}, "valid": {2, 64}, "test": {2, 64}} {
		for i := range of.n {
			picture, mask := image.NewGray(image.Rect(0, 0, of.side, of.side)), image.NewGray(image.Rect(0, 0, of.side, of.side))
			for k := range picture.Pix {
				picture.Pix[k] = uint8(k * (i + 3) % 97)
				if k%of.side < of.side/10 {
					mask.Pix[k] = 255
				}
			}
			writeFast(t, filepath.Join(dir, "data", part, "images", strconv.Itoa(i)+".png"), picture)
			writeFast(t, filepath.Join(dir, "data", part, "masks", strconv.Itoa(i)+".png"), mask)
		}
	}
	write(t, filepath.Join(dir, "r.py"), `data = images("data", crop = crop(64, 64, per_image = 2))
train(data, unet(base = 2, depth = 1), loss = bce(), epochs = 2, batch_size = 8)
`)
	cmd := exec.Command("descent", "train", "r.py", "--run", "run")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "run", "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	var kept struct {
		Result struct {
			Peak int64 `json:"peak_bytes"`
		} `json:"result"`
	}
	if err := json.Unmarshal(text, &kept); err != nil || kept.Result.Peak == 0 {
		t.Fatal(err, "no peak")
	}
	const images = n * side * side * 2 // a byte for the pixel and one for its class
	took := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss * 1024
	if planned := kept.Result.Peak; took > planned+planned/10+32<<20 || planned < images {
		t.Errorf("took %d MiB and planned %d, images %d", took>>20, planned>>20, images>>20)
	} else {
		t.Logf("took %d MiB and planned %d", took>>20, planned>>20)
	}
}

// writeFast writes a PNG that is hardly compressed.
func writeFast(t *testing.T, path string, m image.Image) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(f, m); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
