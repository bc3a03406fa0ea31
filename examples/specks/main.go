// Specks draws images with few small blobs on a textured, unevenly lit background: what
// the recipes beside it learn to find. It adds to the folders of data/ what is not there.
//
//	go run ./examples/specks -train 48 -valid 12 -test 12
package main

import (
	"flag"
	"fmt"
	"image"
	"image/png"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
)

func main() {
	train, valid, test := flag.Int("train", 48, "images to train on"), flag.Int("valid", 12, "images to choose by"), flag.Int("test", 12, "images to judge by")
	side := flag.Int("side", 500, "height and width")
	dir := flag.String("dir", filepath.Join("examples", "specks", "data"), "folder to write to")
	flag.Parse()
	first := 0
	for _, part := range []struct {
		name string
		n    int
	}{{"train", *train}, {"valid", *valid}, {"test", *test}} {
		for i := range part.n {
			if err := write(filepath.Join(*dir, part.name), first+i, *side); err != nil {
				log.Fatal(err)
			}
		}
		first += 10_000
	}
}

// write draws image number k with its mask, unless it is there.
func write(dir string, k, side int) error {
	name := fmt.Sprintf("%05d.png", k)
	picture, mask := draw(k, side)
	for folder, m := range map[string]*image.Gray{"images": picture, "masks": mask} {
		path := filepath.Join(dir, folder)
		if err := os.MkdirAll(path, 0o755); err != nil {
			return err
		}
		f, err := os.OpenFile(filepath.Join(path, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if os.IsExist(err) {
			continue
		}
		if err != nil {
			return err
		}
		if err := png.Encode(f, m); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

// draw is a function of k and side alone: light that changes slowly, a texture of two
// sizes, a fringe, unlabelled blobs and scratches as bright as the specks, the specks
// themselves, noise and hot pixels.
func draw(k, side int) (picture, mask *image.Gray) {
	r := rand.New(rand.NewPCG(70_000, uint64(k)))
	between := func(lo, hi float64) float64 { return lo + (hi-lo)*r.Float64() }
	n, share := float64(side), float64(side*side)/(500*500)
	light := make([]float64, side*side)
	for _, layer := range [][2]float64{{0.09, 45}, {0.04, 9}, {0.035, 2.5}} {
		for i, v := range smooth(r, side, layer[1]) {
			light[i] += layer[0] * v
		}
	}
	angle, wave := between(0, math.Pi), between(11, 23)
	paint := func(f func(x, y float64) float64) {
		for i := range light {
			light[i] += f(float64(i%side), float64(i/side))
		}
	}
	paint(func(x, y float64) float64 {
		return 0.42 + 0.02*math.Sin((x*math.Cos(angle)+y*math.Sin(angle))*2*math.Pi/wave)
	})
	some := func(lo, hi float64) int { return max(1, int(between(lo, hi)*share)) }
	for range some(4, 9) {
		cx, cy, s, a := between(0, n), between(0, n), between(14, 28), between(0.1, 0.22)
		paint(func(x, y float64) float64 { return a * math.Exp(-((x-cx)*(x-cx)+(y-cy)*(y-cy))/(2*s*s)) })
	}
	for range some(3, 8) {
		cx, cy, a, l, b := between(0, n), between(0, n), between(0, math.Pi), between(20, 90), between(0.1, 0.22)
		paint(func(x, y float64) float64 {
			u, v := turned(x-cx, y-cy, a)
			if math.Abs(u) >= l {
				return 0
			}
			return b * math.Exp(-v*v/2.4)
		})
	}
	mask = image.NewGray(image.Rect(0, 0, side, side))
	for range some(9, 28) {
		cx, cy, a, p, b := between(8, n-8), between(8, n-8), between(0, math.Pi), between(3.2, 7), between(0.12, 0.28)
		q := p * between(0.6, 1)
		paint(func(x, y float64) float64 {
			u, v := turned(x-cx, y-cy, a)
			d := math.Hypot(u/p, v/q)
			if d < 1 {
				mask.Pix[int(y)*side+int(x)] = 255
			}
			return b / (1 + math.Exp(math.Min((d-1)*q/0.8, 50)))
		})
	}
	for i := range light {
		light[i] += 0.055 * r.NormFloat64()
	}
	for range int(150 * share) {
		light[r.IntN(len(light))] += between(0.2, 0.5)
	}
	picture = image.NewGray(mask.Rect)
	for i, v := range light {
		picture.Pix[i] = uint8(math.Round(255 * min(max(v, 0), 1)))
	}
	return picture, mask
}

func turned(x, y, a float64) (u, v float64) {
	sin, cos := math.Sincos(a)
	return x*cos + y*sin, y*cos - x*sin
}

// smooth is noise of mean 0 and deviation 1, blurred over about sigma pixels: three
// means over boxes are nearly a bell.
func smooth(r *rand.Rand, side int, sigma float64) []float64 {
	a := make([]float64, side*side)
	for i := range a {
		a[i] = r.NormFloat64()
	}
	box := max(1, int(2*sigma/math.Sqrt(3)))
	line := make([]float64, side)
	for range 3 {
		for axis := range 2 {
			step, next := 1, side
			if axis == 1 {
				step, next = side, 1
			}
			for row := range side {
				blur(a[row*next:], step, line, box)
			}
		}
	}
	mean, square := 0.0, 0.0
	for _, v := range a {
		mean += v / float64(len(a))
	}
	for i := range a {
		a[i] -= mean
		square += a[i] * a[i] / float64(len(a))
	}
	for i := range a {
		a[i] /= math.Sqrt(square)
	}
	return a
}

// blur replaces a line by means over boxes, which go round at its ends.
func blur(a []float64, step int, line []float64, box int) {
	n := len(line)
	sum := 0.0
	for i := range box {
		sum += a[(i-box/2+n)%n*step]
	}
	for i := range line {
		line[i] = sum / float64(box)
		sum += a[(i-box/2+box)%n*step] - a[(i-box/2+n)%n*step]
	}
	for i, v := range line {
		a[i*step] = v
	}
}
