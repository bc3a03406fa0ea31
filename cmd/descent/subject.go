package main

import (
	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/train"
)

// subject is what a result is about.
type subject struct {
	target *data.Target
	counts []int // training rows of each class, or with each label
	images bool  // rows are pixels of images
	own    bool  // it is of an objective of its own, not of predictions of the target
}

func subjectOf(p *train.Prepared) subject {
	return subject{p.Parts.Schema.Target, p.Parts.Train.Counts, p.Images != nil, p.Job.IsOwn()}
}

// subjectOfRun is [subjectOf] of a run that is done.
func subjectOfRun(info *train.RunInfo) subject {
	s := subject{target: info.Data.Target(), images: info.Data.Images != nil}
	for _, part := range info.Data.Parts {
		if part.Name == "train" {
			s.counts = part.Counts
		}
	}
	return s
}

// likeliest names the most frequent class of the training rows.
func (s subject) likeliest() string {
	best := 0
	for i, n := range s.counts {
		if n > s.counts[best] {
			best = i
		}
	}
	return s.target.Classes[best]
}
