package metric

import "fmt"

// An Image holds the counts of its pixels. [Counts.IoU], [Counts.F1] (Dice),
// [Counts.Precision] and [Counts.Recall] are its metrics; their [ZeroDivision] says
// what an image is worth that has an empty mask and, rightly, no pixel flagged: [One]
// calls it right, [Zero] wrong, [Undefined] leaves it out of the mean.
type Image struct {
	Counts Counts
	Weight float64 // of the image
}

// Images are counts by image. Append adds batches.
type Images []Image

// CountImages counts each image's pixels, predicting positive where score >=
// threshold. Every image has so many pixels, one image after another; weight is that
// of pixels, nil for 1 each. The images get weight 1.
func CountImages[F Float](score []F, mask []bool, weight []F, pixels int, threshold float64) (Images, error) {
	if pixels < 1 || len(score)%pixels != 0 {
		return nil, fmt.Errorf("metric: %d scores are no images of %d pixels", len(score), pixels)
	}
	if err := checkRows(len(score), len(mask), weight); err != nil {
		return nil, err
	}
	var images Images
	for at := 0; at < len(score); at += pixels {
		var w []F
		if weight != nil {
			w = weight[at : at+pixels]
		}
		c, err := CountAt(score[at:at+pixels], mask[at:at+pixels], w, threshold)
		if err != nil {
			return nil, fmt.Errorf("%w, in image %d", err, at/pixels)
		}
		images = append(images, Image{c, 1})
	}
	return images, nil
}

// Global returns the counts of all pixels together. A metric of them lets large
// masks count most; [Images.Mean] lets every image count alike.
func (m Images) Global() Counts {
	var all Counts
	for _, image := range m {
		all = all.Add(image.Counts.Times(image.Weight))
	}
	return all
}

// Mean returns the mean over images of a metric of their counts, weighted by image.
// An image whose metric is NaN is left out; NaN if none is left.
func (m Images) Mean(of func(Counts) float64) float64 {
	var all weightedMean
	for _, image := range m {
		all.add(Weighted, image.Weight, of(image.Counts))
	}
	return all.value(Undefined)
}
