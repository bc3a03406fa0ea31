package image

import (
	"context"
	"encoding/hex"
	"fmt"
	"math"
	"path"
	"runtime"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/words"
)

// survey is what is known of the images of a set while it is opened.
type survey struct {
	set     *Set
	options *Options
	images  int // listed, bad ones included
	bad     []badImage
	read    []*surveyed // the others, in the order of the list
}

// surveyed is what is kept of an image that has been read.
type surveyed struct {
	entry
	sums     hashes
	h, w, c  int
	turned   bool
	mask     map[int]int64 // the numbers in the whole mask
	strips   []strip
	heaviest float64 // of the weights
	bytes    int64   // decoded, mask and weights included
}

// strip is the region of one part in an image: its whole width unless the options cut it.
type strip struct {
	part     string
	from, to int
	mask     map[int]int64
	scaled   []moments
}

// scan reads every image.
func (r *survey) scan(ctx context.Context, entries []entry) error {
	type outcome struct {
		image *surveyed
		bad   *data.Problem
	}
	workers := runtime.GOMAXPROCS(0)
	i := 0
	for out, err := range ordered(ctx, len(entries), workers, workers, func(i int) (outcome, error) {
		image, bad := r.survey(entries[i])
		return outcome{image, bad}, nil
	}) {
		if err != nil {
			return err
		}
		e := entries[i]
		i++
		if out.bad != nil {
			r.spoil(e, out.bad)
			continue
		}
		r.read = append(r.read, out.image)
	}
	return nil
}

// spoil adds an image to those that are bad.
func (r *survey) spoil(e entry, p *data.Problem) {
	why := whyBad(p, e.image)
	if p.Code == "mask-size" {
		why = p.What
	}
	r.bad = append(r.bad, badImage{entry: e, name: e.image, why: why, mask: p.File != e.image})
}

// survey reads one image.
func (r *survey) survey(e entry) (*surveyed, *data.Problem) {
	t, p := r.set.store.read(e)
	if p != nil {
		return nil, p
	}
	im := &surveyed{entry: e, sums: t.hashes, h: t.image.h, w: t.image.w, c: t.image.c, turned: t.turned, bytes: t.image.size()}
	if pixels := int64(im.h) * int64(im.w); t.mask != nil {
		im.bytes += pixels
		if t.weight != nil || r.options.Border != nil {
			im.bytes += 4 * pixels
		}
	}
	if want := r.options.Size; want != (Size{}) && want != (Size{im.h, im.w}) {
		return nil, &data.Problem{File: e.image, What: fmt.Sprintf("%dx%d, where size says %dx%d", im.h, im.w, want.H, want.W), Code: "image-sizes"}
	}
	if t.mask != nil {
		if im.mask = histogram(t.mask); im.mask == nil {
			return nil, &data.Problem{File: e.mask, What: "it holds other numbers than whole ones from 0 to 65535", Code: "mask-values"}
		}
	}
	if t.weight != nil {
		for i := range t.weight.h * t.weight.w {
			v := t.weight.at(i)
			if !(v >= 0 && v <= math.MaxFloat32) {
				return nil, &data.Problem{File: e.weight, What: fmt.Sprintf("pixel [%d %d] has weight %v: weights are at least 0", i/t.weight.w, i%t.weight.w, v), Code: "bad-weight"}
			}
			im.heaviest = max(im.heaviest, v)
		}
	}
	im.strips = r.options.Strips.cut(e.part, im.w)
	for k := range im.strips {
		s := &im.strips[k]
		if s.scaled = momentsOf(t.image.cut(s.from, s.to)); t.mask != nil {
			s.mask = histogram(t.mask.cut(s.from, s.to))
		}
	}
	return im, nil
}

// cut returns the strips of an image w wide; a nil s leaves it whole.
func (s *Strips) cut(part string, w int) []strip {
	if s == nil {
		return []strip{{part: part, to: w}}
	}
	var all []strip
	from, share := 0, 0.0
	for i, own := range []float64{s.Train, s.Valid, s.Test} {
		share += own
		if to := int(math.Round(share * float64(w))); own > 0 {
			all = append(all, strip{part: partNames[i], from: from, to: to})
			from = to
		}
	}
	return all
}

// judge holds the images against each other: channels, numbers of masks, weights.
func (r *survey) judge() error {
	s, o := r.set, r.options
	if len(r.read) > 0 {
		s.C = o.Channels
		if s.C == 0 {
			s.C = r.read[0].c
		}
	}
	if err := r.channels(); err != nil {
		return err
	}
	if err := r.masks(); err != nil {
		return err
	}
	var err error
	if s.Skipped, err = o.skip(s.Folder, r.images, r.bad); err != nil {
		return err
	}
	s.Images = len(r.read)
	return r.remarks()
}

// keep drops the images for which why gives a reason.
func (r *survey) keep(why func(im *surveyed) *data.Problem) {
	kept := r.read[:0]
	for _, im := range r.read {
		if p := why(im); p != nil {
			r.spoil(im.entry, p)
			continue
		}
		kept = append(kept, im)
	}
	r.read = kept
}

// channels refuses images of other channels than the set.
func (r *survey) channels() error {
	s := r.set
	others, first := 0, ""
	for _, im := range r.read {
		if im.c != s.C {
			if others++; others == 1 {
				first = im.image
			}
		}
	}
	if others*2 > len(r.read) {
		found := map[int]int{}
		for _, im := range r.read {
			found[im.c]++
		}
		return &data.Problem{File: s.Folder, What: fmt.Sprintf("%d of %s with other channels than %d", others, words.Of(len(r.read), "image"), s.C), Code: "image-channels",
			Notes: words.Lines("first", first, "channels", counted(found)),
			Fixes: []string{"channels = 3 if they are in colour", "or magick mogrify -colorspace Gray " + path.Join(s.Folder, "images/*")}, Option: "channels"}
	}
	r.keep(func(im *surveyed) *data.Problem {
		if im.c == s.C {
			return nil
		}
		return &data.Problem{File: im.image, What: fmt.Sprintf("%s, the others %d", words.Of(im.c, "channel"), s.C)}
	})
	return nil
}

// counted lists how many images have how many channels.
func counted(found map[int]int) string {
	text := ""
	for c := range mostChannels + 1 {
		if n := found[c]; n > 0 {
			if text != "" {
				text += ", "
			}
			text += fmt.Sprintf("%d in %s", c, words.Of(n, "image"))
		}
	}
	return text
}

// masks decides what the numbers of masks mean, and refuses masks with others.
func (r *survey) masks() error {
	s := r.set
	if r.options.NoMask {
		return nil
	}
	var masks []map[int]int64
	for _, im := range r.read {
		masks = append(masks, im.mask)
	}
	rule, note := r.options.rule(masks)
	bad, first := 0, ""
	for _, im := range r.read {
		if !rule.fits(im.mask) {
			if bad++; bad == 1 {
				first = im.entry.mask
			}
		}
	}
	if bad*2 > len(r.read) {
		return rule.refuse(s.Folder, first, bad, masks)
	}
	if note != nil {
		s.Notes = append(s.Notes, *note)
	}
	r.keep(func(im *surveyed) *data.Problem {
		if rule.fits(im.mask) {
			return nil
		}
		return &data.Problem{File: im.entry.mask, What: fmt.Sprintf("it holds %s; expected %s", count(im.mask), rule), Code: "mask-values"}
	})
	s.rule, s.Classes = rule, rule
	return nil
}

// remarks notes what was done to the images without being asked for.
func (r *survey) remarks() error {
	s := r.set
	turned, weighed, heaviest := 0, 0, 0.0
	for _, im := range r.read {
		if im.turned {
			turned++
		}
		if im.weight != "" {
			weighed++
		}
		heaviest = max(heaviest, im.heaviest)
	}
	s.Weighted = weighed > 0 || s.store.border != nil
	if turned > 0 {
		s.note("exif-orientation", "%s turned as EXIF says, masks alike, since they do not say", words.Of(turned, "image"))
	}
	if weighed > 0 && heaviest == 0 {
		return &data.Problem{File: s.Folder, What: "all weights are zero", Code: "bad-weight", Fixes: []string{"give pixels that count a weight above 0"}, Option: "weights"}
	}
	if weighed > 0 {
		s.note("weights", "weights are the numbers in their files, up to %v", heaviest)
	}
	return nil
}

// item returns the sample that a strip of an image is.
func (r *survey) item(row int, im *surveyed, k int) Item {
	s := im.strips[k]
	it := Item{Row: row, Image: im.image, Mask: im.entry.mask, Weight: im.weight, SHA256: hex.EncodeToString(im.sums.image[:]),
		H: im.h, W: s.to - s.from, From: s.from, files: im.sums, scaled: s.scaled, bytes: im.bytes * int64(s.to-s.from) / int64(im.w)}
	if s.mask != nil {
		it.Counts = r.set.rule.counts(s.mask)
	}
	return it
}
