package train

import (
	"cmp"
	"context"
	"fmt"
	stdimage "image"
	"image/draw"
	"image/png"
	"io"
	"math"
	"slices"

	"github.com/descent-ml/descent/data/image"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/overlay"
	"github.com/descent-ml/descent/metric"
)

// picturesDir holds drawings of some judged images.
const picturesDir = "pictures"

// Picture is a drawing of a judged image, in four panels side by side: the image, the
// true mask, the mask seen, and what is right and wrong.
type Picture struct {
	File  string  `json:"file"`  // below the run directory
	Image string  `json:"image"` // below the folder of images
	Part  string  `json:"part"`
	Why   string  `json:"why"` // "best", "worst" or "random"
	IoU   float64 `json:"iou"`

	Threshold *float64 `json:"threshold,omitempty"` // at which the mask is seen; nil of several classes
}

const (
	picturesEach = 2   // of the best, of the worst, and drawn at random
	pictureSide  = 256 // of a panel
)

// choosePictures picks images of a part by what was seen of each.
func choosePictures(part *imagePart, iou []float64, seed uint64) []Picture {
	order := make([]int, len(iou))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(iou[b], iou[a]) })
	var picked []int
	var chosen []Picture
	pick := func(why string, from []int) {
		n := 0
		for _, i := range from {
			if n == picturesEach || slices.Contains(picked, i) {
				continue
			}
			n++
			picked = append(picked, i)
			chosen = append(chosen, Picture{
				File: fmt.Sprintf("%s/%s-%d.png", picturesDir, why, n), Image: part.Items[i].Image, Part: part.Name, Why: why, IoU: iou[i],
			})
		}
	}
	pick("best", order)
	slices.Reverse(order)
	pick("worst", order)
	shuffled := make([]int32, len(iou))
	permute(shuffled, seed, 0)
	for i, k := range shuffled {
		order[i] = int(k)
	}
	pick("random", order)
	return chosen
}

// pictures draws some images of the part that judges, and says which. What they show
// is in memory until the run is written.
func (p *Prepared) drawPictures(ctx context.Context, r *Result, seen map[string][]seenImage) error {
	part := p.pictures.part("test")
	if part == nil {
		part = p.pictures.part("valid")
	}
	if part == nil {
		return nil
	}
	iou := make([]float64, part.Len())
	for i, s := range seen[part.Name] {
		if s.pixels != nil {
			iou[i] = s.pixels.At(*r.Threshold).IoU(metric.One)
		} else {
			iou[i], _ = confused(s.counts).metrics().Get("iou_macro")
		}
		if math.IsNaN(iou[i]) {
			iou[i] = 0
		}
	}
	r.Pictures = choosePictures(part, iou, p.Job.Seed)
	decide := &ImageModel{Classes: p.Images.Classes}
	if r.Threshold != nil {
		decide.Threshold = *r.Threshold
	}
	e := p.trainer.examiner.(*imageExaminer)
	p.drawn = make([]*stdimage.RGBA, len(r.Pictures))
	for k, picture := range r.Pictures {
		r.Pictures[k].Threshold = r.Threshold
		i := slices.IndexFunc(part.Items, func(it image.Item) bool { return it.Image == picture.Image })
		size := image.Size{H: part.Items[i].H, W: part.Items[i].W}
		err := e.run(ctx, e.bySize[size], part, []int32{int32(i)}, func(_ int32, s *image.Sample, prediction []float32) error {
			p.drawn[k] = panels(s, decide.Decide(prediction))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// panels draws the four panels of an image.
func panels(s *image.Sample, seen []uint8) *stdimage.RGBA {
	truth := make([]uint8, len(s.Mask))
	for i, c := range s.Mask {
		truth[i] = uint8(c)
	}
	of := overlay.Picture{H: s.H, W: s.W, C: s.C, Pix: s.Pix}
	all := []*stdimage.RGBA{of.Grey(), of.Mask(truth), of.Mask(seen), of.Errors(truth, seen)}
	const gap = 4
	var out *stdimage.RGBA
	for i, panel := range all {
		small := overlay.Small(panel, pictureSide)
		w, h := small.Rect.Dx(), small.Rect.Dy()
		if out == nil {
			out = stdimage.NewRGBA(stdimage.Rect(0, 0, len(all)*(w+gap)-gap, h))
		}
		draw.Draw(out, stdimage.Rect(i*(w+gap), 0, i*(w+gap)+w, h), small, stdimage.Point{}, draw.Src)
	}
	return out
}

// writePictures writes the drawings into the run.
func (p *Prepared) writePictures(fsys fsx.FS, r *Result) error {
	var files []string
	for _, picture := range r.Pictures {
		files = append(files, picture.File)
	}
	for _, drawing := range r.Drawings {
		files = append(files, drawing.File)
	}
	if files == nil {
		return nil
	}
	if err := fsys.Mkdir(picturesDir); err != nil {
		return err
	}
	for i, file := range files {
		if err := fsx.WriteFileAtomic(fsys, file, func(w io.Writer) error { return png.Encode(w, p.drawn[i]) }); err != nil {
			return err
		}
	}
	return nil
}
