package train

import (
	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/image"
)

// ImagesInfo is what run.json and model.json say of the images.
type ImagesInfo struct {
	Fingerprint data.Fingerprint `json:"fingerprint"`
	Channels    int              `json:"channels"`
	Classes     []int            `json:"classes"` // the number in masks of each class
	Weighted    bool             `json:"weighted,omitempty"`
	Skipped     []image.Skipped  `json:"skipped,omitempty"`
}

func newImagesInfo(s *image.Set) *ImagesInfo {
	return &ImagesInfo{s.Fingerprint, s.C, s.Classes, s.Weighted, s.Skipped}
}
