package train

import (
	"fmt"
	"slices"
	"testing"

	"github.com/descent-ml/descent/data/image"
)

// The two best images come first, then the two worst, then two others by the seed; each
// is drawn once.
func TestChoosePictures(t *testing.T) {
	part := &imagePart{Part: &image.Part{Name: "test"}}
	var iou []float64
	for i := range 30 {
		part.Items = append(part.Items, image.Item{Image: fmt.Sprintf("%02d.png", i)})
		iou = append(iou, float64(i*7%30)/30)
	}
	chosen := func(n int, seed uint64) (names []string) {
		of := &imagePart{Part: &image.Part{Name: part.Name, Items: part.Items[:n]}}
		for k, p := range choosePictures(of, iou[:n], seed) {
			why := []string{"best", "best", "worst", "worst", "random", "random"}[k]
			if i := slices.IndexFunc(part.Items, func(it image.Item) bool { return it.Image == p.Image }); p.IoU != iou[i] || p.Part != "test" || p.Why != why || p.File != fmt.Sprintf("pictures/%s-%d.png", why, k%2+1) {
				t.Errorf("%+v, the %s of %v", p, why, iou[i])
			}
			names = append(names, p.Image)
		}
		return names
	}
	first := chosen(30, 1)
	// iou is 29/30 at 17, since 17·7 = 119 = 3·30 + 29; 28/30 at 4; 0 at 0 and 1/30 at 13.
	if want := []string{"17.png", "04.png", "00.png", "13.png"}; !slices.Equal(first[:4], want) {
		t.Errorf("%v, want %v first", first, want)
	}
	sorted := slices.Sorted(slices.Values(first))
	if len(first) != 6 || len(slices.Compact(sorted)) != 6 {
		t.Errorf("%v: an image is drawn twice", first)
	}
	if again := chosen(30, 1); !slices.Equal(first, again) {
		t.Errorf("%v, then %v", first, again)
	}
	others := map[string]bool{}
	for seed := range uint64(20) {
		others[fmt.Sprint(chosen(30, seed)[4:])] = true
	}
	if len(others) < 10 {
		t.Errorf("20 seeds draw %d pairs of images", len(others))
	}
	for n, want := range []int{0, 1, 2, 3, 4, 5, 6, 6} {
		if got := chosen(n, 1); len(got) != want {
			t.Errorf("%d of %d images are drawn", len(got), n)
		}
	}
}
