package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/descent-ml/descent/train"
)

// imagesBlock is the block about images.
func (s *stream) imagesBlock(p *train.Prepared) {
	set := p.Images
	what := fmt.Sprintf("%s   %s, %s", word(filepath.Base(set.Folder)), of(set.Images, "image"), of(set.C, "channel"))
	if set.Weighted {
		what += ", weights for each pixel"
	}
	if n := len(set.Skipped); n > 0 {
		what += ", " + of(n, "bad image") + " left out"
	}
	lines := s.entries(what)
	lines = append(lines, strings.Split(s.entry("target", maskText(p)), "\n")...)
	lines = append(lines, strings.Split(s.entry("parts", imagePartsText(p)), "\n")...)
	lines = append(lines, strings.Split(s.entry("seen", seenText(p)), "\n")...)
	s.block("data", lines...)
}

// maskText says how many pixels of each class there are.
func maskText(p *train.Prepared) string {
	counts, classes := classCounts(p.Parts), p.Parts.Schema.Target.Classes
	all := 0
	for _, n := range counts {
		all += n
	}
	var texts []string
	for i, n := range counts {
		if i > 0 || len(counts) > 2 {
			texts = append(texts, fmt.Sprintf("%s in %s of the pixels", word(classes[i]), shareText(n, all)))
		}
	}
	return "masks: " + list(texts, 8) + "   task: " + p.Parts.Schema.Target.Task.String()
}

func imagePartsText(p *train.Prepared) string {
	var texts []string
	for _, part := range p.Images.Parts() {
		size, same := part.Size()
		of := ""
		if !same {
			of = "up to "
		}
		texts = append(texts, fmt.Sprintf("%s %s of %s%dx%d", part.Name, count(part.Len()), of, size.H, size.W))
	}
	return strings.Join(texts, "   ")
}

// seenText says what training sees of the images.
func seenText(p *train.Prepared) string {
	crop := p.Job.Images.Crop
	text := "whole images"
	if crop.H > 0 {
		text = fmt.Sprintf("windows of %dx%d", crop.H, crop.W)
		if crop.Foreground > 0 {
			text += fmt.Sprintf(", %.0f %% of them around a class other than the first", 100*crop.Foreground)
		}
	}
	text += fmt.Sprintf("; %s an epoch", of(p.Training.EpochRows, "sample"))
	if n := len(p.Job.Images.Augment); n > 0 {
		text += ", changed at random in " + of(n, "way")
	}
	return text + "; channels scaled to mean 0, deviation 1"
}

// imagesText counts the images of a part, and its pixels.
func imagesText(j *train.Judged, part, positive string) string {
	text := of(j.Rows, part+" image")
	if positive != "" {
		text += fmt.Sprintf(" (%s of the pixels %s)", shareText(j.Positives, int(j.Pixels)), word(positive))
	}
	return text
}

// imageWords are the line about images.
func imageWords(p *train.Prepared) []string {
	target, set := p.Parts.Schema.Target, p.Images
	words := []string{"data", word(filepath.Base(set.Folder)), pair("images", set.Images), pair("channels", set.C), pair("task", target.Task)}
	if target.Positive() != "" {
		counts := classCounts(p.Parts)
		words = append(words, pair("rate", lossText(float64(counts[1])/float64(counts[0]+counts[1]))))
	}
	for _, part := range p.Parts.All() {
		words = append(words, pair(part.Name, part.Rows))
	}
	return append(words, pair("samples", p.Training.EpochRows), pair("split_seed", p.Job.Images.Options.Split.Seed))
}
