package image

import (
	"fmt"
	"math"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/internal/limits"
)

// Options says what is in a folder of images: the keywords of images(...) in a recipe. The zero value reads images/ with masks/,
// and weights/ if it is there.
//
// A pattern is a path below the folder with one '*' in its last part. Files whose '*' stand for the same text belong together.
// A pattern with a '.' after its last '/' is of whole names ("*.png"), else of names without their ending ("images/*").
type Options struct {
	Image      string        // pattern of the images; "" for images/*
	Mask       string        // pattern of the masks; "" for masks/*
	NoMask     bool          // there are none
	Weights    string        // pattern of files of weights; "" for weights/* if that folder is there
	Border     *BorderWeight // weights made from the masks instead; nil for none
	Size       Size          // that every image has; zero for any
	Channels   int           // that every image has; 0 for those of the first
	MaskValues []int         // the numbers in masks that stand for class 0, 1, ...; nil for 0 and 1, or 0 and 255
	SkipBad    int           // images that may be left out, by name, because they or their masks are bad
	Split      data.Split    // which images train, which choose, which judge, unless the folder or Strips says so
	Strips     *Strips       // cuts each image into parts instead; nil for none
	Cache      int64         // bytes of decoded images kept in memory; 0 for a quarter of the memory budget, negative for none
}

// Strips are the shares of each image's width that train, choose and judge, from left to right. They sum to 1.
type Strips struct{ Train, Valid, Test float64 }

// check returns what is wrong with the options themselves.
func (o *Options) check() error {
	var ps data.Problems
	fault := func(option, what, fix string) {
		ps = append(ps, &data.Problem{What: what, Code: "bad-option", Fixes: []string{fix}, Option: option})
	}
	for _, p := range []struct{ option, pattern string }{{"image", o.Image}, {"mask", o.Mask}, {"weights", o.Weights}} {
		if p.pattern != "" && !sound(p.pattern) {
			fault(p.option, fmt.Sprintf("%.80q is no pattern of files below the folder", p.pattern), fmt.Sprintf(`%s = "images/*" or "*.png": one * in the last part of the path`, p.option))
		}
	}
	switch {
	case o.Mask != "" && o.NoMask:
		fault("mask", "Mask and NoMask are both given", "leave one of them out")
	case o.NoMask && (o.Border != nil || o.MaskValues != nil):
		fault("mask", "there are no masks, and weights or classes of masks are asked for", "leave out weights = border_weight(...) and mask_values")
	}
	if o.Border != nil {
		if o.Weights != "" {
			fault("weights", "weights are to come from files and from borders", "name one of them")
		}
		if b := o.Border.filled(); !(b.Sigma > 0 && b.Sigma <= 1000) || !(b.Strength > 0 && b.Strength <= 1e6) {
			fault("weights", fmt.Sprintf("border_weight(sigma = %v, strength = %v): both must be above 0, sigma at most 1000, strength 1e6", b.Sigma, b.Strength), "border_weight(sigma = 5, strength = 10)")
		}
	}
	if h, w := o.Size.H, o.Size.W; (h != 0 || w != 0) && (min(h, w) < 1 || max(h, w) > limits.ImageSide) {
		fault("size", fmt.Sprintf("no image is %d high and %d wide", h, w), "size = (500, 500): height, then width")
	}
	if o.Channels < 0 || o.Channels > mostChannels {
		fault("channels", fmt.Sprintf("no image has %d channels", o.Channels), "channels = 1 for grey, 3 for colours")
	}
	if o.SkipBad < 0 {
		fault("skip_bad", fmt.Sprintf("%d images cannot be left out", o.SkipBad), "skip_bad = 0")
	}
	if o.MaskValues != nil {
		if what := classFault(o.MaskValues); what != "" {
			fault("mask_values", what, "mask_values = [0, 1, 2]: the number of each class in a mask, background first")
		}
	}
	if s := o.Strips; s != nil {
		sum := s.Train + s.Valid + s.Test
		if !(min(s.Train, s.Valid, s.Test) >= 0) || !(s.Train > 0) || !(math.Abs(sum-1) < 1e-9) {
			fault("split", "the strips must have widths of at least 0 that sum to 1, with some for train", "strips(train = 0.4, valid = 0.1, test = 0.5)")
		}
		if o.Split != (data.Split{}) {
			fault("split", "strips and shares of images are both given", "leave one of them out")
		}
	}
	if o.Split.Column != "" {
		fault("split", "images have no column that names their parts", "put them into train/, valid/ and test/, or split = split()")
	} else if err := (&data.Options{Split: o.Split}).Check(); err != nil {
		ps = append(ps, err.(data.Problems)...)
	}
	return ps.Err()
}

// mostChannels is the most channels that an image may have: bands of satellites are some dozens.
const mostChannels = 256

// classFault says why the values cannot stand for classes; "" if they can.
func classFault(values []int) string {
	if len(values) < 2 || len(values) > 256 {
		return fmt.Sprintf("masks of %d classes: there must be from 2 to 256", len(values))
	}
	seen := map[int]bool{}
	for _, v := range values {
		if v < 0 || v > 65535 {
			return fmt.Sprintf("%d cannot stand in a mask: its numbers lie in 0 to 65535", v)
		}
		if seen[v] {
			return fmt.Sprintf("%d stands for two classes", v)
		}
		seen[v] = true
	}
	return ""
}

// sound reports whether the pattern names files below the folder.
func sound(pattern string) bool {
	dir, base := cutLast(pattern)
	return strings.Count(pattern, "*") == 1 && strings.Contains(base, "*") && !strings.ContainsAny(pattern, `\?[`) && local(dir)
}

// cutLast cuts a path after its last '/'.
func cutLast(p string) (dir, base string) {
	i := strings.LastIndexByte(p, '/')
	if i < 0 {
		return ".", p
	}
	return p[:i], p[i+1:]
}

// local reports whether the path names a folder below, without going up.
func local(dir string) bool {
	for part := range strings.SplitSeq(dir, "/") {
		if part == "" || part == ".." || part == "." && dir != "." {
			return false
		}
	}
	return true
}
