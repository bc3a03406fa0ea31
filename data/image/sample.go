package image

import (
	"fmt"
	"math"
	"path"
	"sync"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/words"
)

// loaded is an item as it is kept in memory.
type loaded struct {
	image  *picture
	mask   []uint8   // [h w] class of each pixel; nil without masks
	weight []float32 // [h w]; nil without weights
}

func (l *loaded) size() int64 { return l.image.size() + int64(len(l.mask)) + 4*int64(len(l.weight)) }

// cache keeps items in memory, as many as there is room for. It decides where an item comes from and never what it is, so the
// first to come may stay.
type cache struct {
	room int64 // bytes
	mu   sync.Mutex
	used int64
	kept map[*Item]*loaded
}

func (c *cache) get(it *Item) *loaded {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kept[it]
}

func (c *cache) put(it *Item, l *loaded) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept[it] != nil || l.size() > c.room-c.used {
		return
	}
	if c.kept == nil {
		c.kept = map[*Item]*loaded{}
	}
	c.kept[it] = l
	c.used += l.size()
}

// load reads an item, from memory if it is there.
func (s *Set) load(it *Item) (*loaded, error) {
	if l := s.cache.get(it); l != nil {
		return l, nil
	}
	t, p := s.store.read(entry{image: it.Image, mask: it.Mask, weight: it.Weight})
	if p != nil {
		p.File = path.Join(s.Folder, p.File)
		return nil, p
	}
	if t.hashes != it.files {
		return nil, s.changed(it, t)
	}
	l := &loaded{image: t.image.cut(it.From, it.From+it.W)}
	if t.mask != nil {
		l.mask = s.rule.codes(t.mask.cut(it.From, it.From+it.W))
	}
	switch {
	case s.store.border != nil:
		l.weight = s.store.border.Weights(l.mask, it.H, it.W)
	case t.weight != nil:
		own := t.weight.cut(it.From, it.From+it.W)
		l.weight = make([]float32, own.h*own.w)
		for i := range l.weight {
			l.weight[i] = float32(own.at(i))
		}
	}
	s.cache.put(it, l)
	return l, nil
}

// changed refuses a file that is another than when the set was opened.
func (s *Set) changed(it *Item, t *trio) *data.Problem {
	name := it.Image
	switch {
	case t.hashes.image != it.files.image:
	case t.hashes.mask != it.files.mask:
		name = it.Mask
	default:
		name = it.Weight
	}
	return &data.Problem{File: path.Join(s.Folder, name), What: "the file changed since training began", Code: "data-changed",
		Notes: words.Lines("would", "have trained on two versions of the data."), Fixes: []string{"train when nothing writes to the folder, or on a copy"}}
}

// Len returns the number of samples.
func (p *Part) Len() int { return len(p.Items) }

// Sample returns sample i as the files have it, from 0. It may be called from several goroutines.
func (p *Part) Sample(i int) (*Sample, error) {
	l, err := p.set.load(&p.Items[i])
	if err != nil {
		return nil, err
	}
	return l.whole(), nil
}

// whole returns the item as a sample.
func (l *loaded) whole() *Sample {
	s := newSample(l, l.image.h, l.image.w)
	l.image.scaled(s.Pix)
	for i, k := range l.mask {
		s.Mask[i] = float32(k)
	}
	copy(s.Weight, l.weight)
	return s
}

// newSample returns room for a sample h high and w wide with what the item has.
func newSample(l *loaded, h, w int) *Sample {
	s := &Sample{H: h, W: w, C: l.image.c, Pix: make([]float32, h*w*l.image.c)}
	if l.mask != nil {
		s.Mask = make([]float32, h*w)
	}
	if l.weight != nil {
		s.Weight = make([]float32, h*w)
	}
	return s
}

// Size returns the size of the samples, and whether all have the same; the largest height and width if not.
func (p *Part) Size() (size Size, same bool) {
	same = true
	size = Size{p.Items[0].H, p.Items[0].W}
	for _, it := range p.Items {
		same = same && size == Size{it.H, it.W}
		size = Size{max(size.H, it.H), max(size.W, it.W)}
	}
	return size, same
}

// Counts returns the pixels of each class in the part; nil without masks.
func (p *Part) Counts() []int64 {
	if p.set.Classes == nil {
		return nil
	}
	all := make([]int64, len(p.set.Classes))
	for _, it := range p.Items {
		for k, n := range it.Counts {
			all[k] += n
		}
	}
	return all
}

// Moments returns mean and standard deviation of each channel over all pixels of the part, scaled as in samples.
func (p *Part) Moments() (mean, std []float64) {
	for k := range p.set.C {
		var m moments
		for _, it := range p.Items {
			m.add(it.scaled[k])
		}
		mean, std = append(mean, m.mean), append(std, math.Sqrt(m.m2/m.n))
	}
	return mean, std
}

// String names the part and its size: "train: 48 images of 500x500x1".
func (p *Part) String() string {
	size, same := p.Size()
	of := "of up to"
	if same {
		of = "of"
	}
	return fmt.Sprintf("%s: %s %s %dx%dx%d", p.Name, words.Of(p.Len(), "image"), of, size.H, size.W, p.set.C)
}
