package train

import (
	"github.com/descent-ml/descent/data/image"
	"github.com/descent-ml/descent/metric"
)

// maskPart is a part of the images whose pixels are of two classes: how they scored, and
// what was measured.
type maskPart struct {
	name   string
	source string   // hash of the set of images
	row    []int64  // number of each image in the set
	image  []string // path of each below the folder
	masks  metric.Masks
	judged *Judged
}

func newMaskPart(part *image.Part, source string) *maskPart {
	m := &maskPart{name: part.Name, source: source}
	for _, it := range part.Items {
		m.row, m.image = append(m.row, int64(it.Row)), append(m.image, it.Image)
	}
	return m
}

// rows names the images of the part.
func (m *maskPart) rows() metric.Rows {
	return metric.Rows{Part: m.name, Source: m.source, Number: m.row}
}

// choosingMasks returns the part that chooses the threshold, nil if there is none.
func choosingMasks(parts []*maskPart) *maskPart {
	for _, name := range []string{"tune", "valid"} {
		if m := findMasks(parts, name); m != nil {
			return m
		}
	}
	return nil
}

func findMasks(parts []*maskPart, name string) *maskPart {
	for _, m := range parts {
		if m.name == name {
			return m
		}
	}
	return nil
}

// decideMasks chooses the threshold of two classes on the images of by, which is nil if
// none choose, counts every part at it, and repeats the choice on draws of images.
func decideMasks(rule metric.Rule, seed uint64, parts []*maskPart, by *maskPart, r *Result) error {
	threshold, choice := unchosen(rule)
	if by != nil {
		c, err := by.masks.Rank().Choose(rule)
		if err != nil {
			return err
		}
		threshold, choice = c.Value, newChoice(by.rows(), rule, c)
	}
	r.Threshold, r.Choice = &threshold, choice
	for _, m := range parts {
		m.count(threshold)
	}
	test := findMasks(parts, "test")
	if test == nil || len(test.masks) < 2 {
		return nil // one image says nothing of others
	}
	chosen, drawn := test, metric.Rule(metric.Fixed{Value: threshold})
	if by != nil {
		chosen, drawn = by, rule
	}
	draws, err := (metric.Bootstrap{Seed: seed}).RunMasks(chosen.masks, test.masks, drawn)
	if err != nil {
		return err
	}
	if by != nil && len(by.masks) > 1 {
		choice.Interval = interval(draws.Threshold)
	}
	all := map[string][]float64{"roc_auc": draws.ROCAUC, "average_precision": draws.AveragePrecision}
	for _, images := range draws.Images {
		maskCut(images).addTo(all)
	}
	test.judged.Intervals = intervalsOf(all)
	return nil
}

// count measures the part at a threshold, and at one half beside it.
func (m *maskPart) count(threshold float64) {
	ranking := m.masks.Rank()
	m.judged.replace(append(Metrics{{"average_precision", ranking.AveragePrecision()}, {"roc_auc", ranking.ROCAUC()}}, maskCut(m.masks.At(threshold))...))
	m.judged.AtHalf = maskCut(m.masks.At(metric.DefaultThreshold))
}

// maskCut measures masks chosen by a threshold. Metrics are of all pixels together, but
// for the means over images, where an image without foreground is right if none is seen.
func maskCut(images metric.Images) Metrics {
	all := images.Global()
	return Metrics{
		{"iou", all.IoU(metric.Zero)},
		{"dice", all.F1(metric.Zero)},
		{"precision", all.Precision(metric.Zero)},
		{"recall", all.Recall(metric.Zero)},
		{"iou_per_image", images.Mean(func(c metric.Counts) float64 { return c.IoU(metric.One) })},
		{"dice_per_image", images.Mean(func(c metric.Counts) float64 { return c.F1(metric.One) })},
	}
}
