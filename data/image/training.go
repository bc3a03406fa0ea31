package image

import (
	"fmt"
	"path"
	"slices"
	"sort"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/words"
)

// Crop has training see windows of the images, at random places.
type Crop struct {
	H, W       int     // of the window
	PerImage   int     // windows of an image in an epoch; 0 for as many as cover it
	Foreground float64 // share of windows that are placed to hold a pixel of a class other than 0, chosen at random among the classes in the image; the others lie anywhere
}

// Training is how training sees a part: through windows and augmentation, anew in each epoch.
type Training struct {
	part    *Part
	seed    uint64
	crop    Crop // zero for whole images
	augment []Augment
	ends    []int // of the samples of each item: those of item k are numbered from ends[k-1]
}

// NewTraining returns the view of training on a part; a zero crop sees whole images. Errors are [data.Problems].
func NewTraining(p *Part, seed uint64, crop Crop, augment ...Augment) (*Training, error) {
	t := &Training{part: p, seed: seed, crop: crop, augment: augment}
	ps := checkAugment(augment)
	if crop == (Crop{}) {
		ps = append(ps, t.checkWhole()...)
	} else {
		ps = append(ps, t.checkCrop()...)
	}
	if err := ps.Err(); err != nil {
		return nil, err
	}
	end := 0
	for _, it := range p.Items {
		end += t.windows(&it)
		t.ends = append(t.ends, end)
	}
	return t, nil
}

// turns reports whether quarter turns are among the augmentation.
func (t *Training) turns() bool {
	return slices.ContainsFunc(t.augment, func(a Augment) bool { q, ok := a.(QuarterTurns); return ok && !q.Half })
}

// checkWhole refuses whole images that would not all give samples of one size.
func (t *Training) checkWhole() data.Problems {
	folder := t.part.set.Folder
	first := t.part.Items[0]
	for _, it := range t.part.Items {
		if it.H != first.H || it.W != first.W {
			return data.Problems{{File: folder, What: "training images of several sizes", Code: "image-sizes",
				Notes: words.Lines(first.Image, fmt.Sprintf("%dx%d", first.H, first.W), it.Image, fmt.Sprintf("%dx%d", it.H, it.W)),
				Fixes: []string{"crop = (256, 256) has training see windows of one size"}, Option: "crop"}}
		}
	}
	if t.turns() && first.H != first.W {
		return data.Problems{{File: folder, What: fmt.Sprintf("quarter turns of images of %dx%d", first.H, first.W), Code: "image-sizes",
			Notes: words.Lines("would", fmt.Sprintf("have mixed samples of %dx%d and %dx%d.", first.H, first.W, first.W, first.H)),
			Fixes: []string{"rotate(180)", "or crop = (256, 256)"}, Option: "augment"}}
	}
	return nil
}

// checkCrop refuses windows that do not fit into the images.
func (t *Training) checkCrop() data.Problems {
	c := t.crop
	bad := func(what, fix string) data.Problems {
		return data.Problems{{What: what, Code: "bad-option", Fixes: []string{fix}, Option: "crop"}}
	}
	switch {
	case c.H < 1 || c.W < 1:
		return bad(fmt.Sprintf("windows of %dx%d", c.H, c.W), "crop = (128, 128): height, then width")
	case c.PerImage < 0 || c.PerImage > 1_000_000:
		return bad(fmt.Sprintf("%d windows an image", c.PerImage), "leave it out: as many as cover the image")
	case !(c.Foreground >= 0 && c.Foreground <= 1):
		return bad(fmt.Sprintf("a share of %v of the windows", c.Foreground), "a number from 0 to 1")
	case c.Foreground > 0 && t.part.set.Classes == nil:
		return bad("windows that hold a class other than 0, without masks", "leave foreground out")
	}
	h, w := c.H, c.W
	if t.turns() {
		h, w = max(h, w), max(h, w)
	}
	for _, it := range t.part.Items {
		if it.H >= h && it.W >= w {
			continue
		}
		p := &data.Problem{File: path.Join(t.part.set.Folder, it.Image), What: fmt.Sprintf("%dx%d, smaller than the windows of %dx%d", it.H, it.W, c.H, c.W), Code: "image-sizes",
			Fixes: []string{fmt.Sprintf("crop = (%d, %d)", min(c.H, it.H), min(c.W, it.W))}, Option: "crop"}
		if t.turns() && c.H != c.W {
			p.What += " turned by a quarter"
			p.Fixes = []string{fmt.Sprintf("crop = (%d, %d)", min(h, it.H, it.W), min(h, it.H, it.W)), "or rotate(180)"}
		}
		return data.Problems{p}
	}
	return nil
}

// windows returns the samples of an item in an epoch.
func (t *Training) windows(it *Item) int {
	switch {
	case t.crop == (Crop{}):
		return 1
	case t.crop.PerImage > 0:
		return t.crop.PerImage
	}
	return ((it.H + t.crop.H - 1) / t.crop.H) * ((it.W + t.crop.W - 1) / t.crop.W)
}

// Len returns the number of samples of an epoch.
func (t *Training) Len() int { return t.ends[len(t.ends)-1] }

// Size returns the size of each sample.
func (t *Training) Size() Size {
	if t.crop == (Crop{}) {
		return Size{t.part.Items[0].H, t.part.Items[0].W}
	}
	return Size{t.crop.H, t.crop.W}
}

// Epoch returns the samples of an epoch.
func (t *Training) Epoch(epoch int) Source { return epochOf{t, epoch} }

type epochOf struct {
	*Training
	epoch int
}

// Sample implements [Source].
func (e epochOf) Sample(i int) (*Sample, error) { return e.Training.sample(e.epoch, i) }

// sample returns sample i of an epoch: a function of seed, epoch and i.
func (t *Training) sample(epoch, i int) (*Sample, error) {
	k := sort.SearchInts(t.ends, i+1)
	l, err := t.part.set.load(&t.part.Items[k])
	if err != nil {
		return nil, err
	}
	d := diceFor(t.seed, epoch, i)
	g := newGeometry()
	for k, a := range t.augment {
		a.move(d.part(2*k+1), g)
	}
	size := t.Size()
	s := newSample(l, size.H, size.W)
	for _, b := range g.bend {
		b.over(size.H, size.W)
	}
	if g.swapped {
		size.H, size.W = size.W, size.H
	}
	g.take(l, t.place(d.part(0), l, size), s)
	for k, a := range t.augment {
		a.change(d.part(2*k+2), s, l.image.top > 0)
	}
	return s, nil
}

// place returns where the window of a sample lies.
func (t *Training) place(d *dice, l *loaded, size Size) window {
	at := window{h: size.H, w: size.W}
	roomY, roomX := l.image.h-size.H, l.image.w-size.W
	if d.unit() < t.crop.Foreground {
		if i := foregroundPixel(d, l.mask); i >= 0 {
			at.y0 = d.around(i/l.image.w, size.H, roomY)
			at.x0 = d.around(i%l.image.w, size.W, roomX)
			return at
		}
	}
	at.y0, at.x0 = d.below(roomY+1), d.below(roomX+1)
	return at
}

// around returns the start of one of the windows of n places that hold place p, of those that start at 0 to room, each as likely.
func (d *dice) around(p, n, room int) int {
	lo, hi := max(p-n+1, 0), min(p, room)
	return lo + d.below(hi-lo+1)
}

// foregroundPixel returns a pixel of a class other than 0: each class that the mask has is as likely, and each pixel of it;
// -1 if there is none.
func foregroundPixel(d *dice, mask []uint8) int {
	var counts [256]int
	for _, k := range mask {
		counts[k]++
	}
	var present []int
	for k := 1; k < len(counts); k++ {
		if counts[k] > 0 {
			present = append(present, k)
		}
	}
	if len(present) == 0 {
		return -1
	}
	class := present[d.below(len(present))]
	nth := d.below(counts[class])
	for i, k := range mask {
		if int(k) != class {
			continue
		}
		if nth == 0 {
			return i
		}
		nth--
	}
	panic("image: a pixel that was counted is not there")
}
