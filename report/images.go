package report

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"image/png"
	"io/fs"
	"strings"

	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/train"
)

// ofImages reports whether the run learned from images.
func (r *run) ofImages() bool { return r.Data != nil && r.Data.Images != nil }

// maskNames are the metrics of masks at a threshold, and of their scores.
var (
	maskNames      = []string{"iou", "dice", "precision", "recall", "iou_per_image", "dice_per_image"}
	maskScoreNames = []string{"roc_auc", "average_precision", "loss"}
)

// maskSentence says how many pixels are right.
func (r *run) maskSentence(p part) prose {
	if r.Result.Threshold == nil {
		iou, _ := p.judged.Metrics.Get("iou_macro")
		return say("The classes that this model sees overlap the true ones by ", fromRun(p.name+".iou_macro", iou, decimal(iou)), " on average.")
	}
	recall, _ := p.judged.Metrics.Get("recall")
	if !(recall > 0) {
		return say("This model marks none of the pixels that it should find in ", p.images(), ".")
	}
	share := func(metric string) prose {
		v, _ := p.judged.Metrics.Get(metric)
		text := say(fromRun(p.name+"."+metric, v, ofHundred(v)))
		if i, ok := p.interval(metric, ofHundred); ok {
			text = say(text, " (", i, ")")
		}
		return text
	}
	return say("Of 100 pixels that this model marks, ", share("precision"), " are right; it finds ", share("recall"), " of 100 that it should.")
}

// images names the images of a part.
func (p part) images() prose {
	noun := " images"
	if p.judged.Rows == 1 {
		noun = " image"
	}
	return say(fromRun(p.name+".rows", float64(p.judged.Rows), count(p.judged.Rows)), " ", p.name, noun)
}

// maskSection is the result of images.
func (r *run) maskSection(parts []part) *section {
	p := parts[0]
	s := &section{ID: "result", Title: "Result", Lead: say("On ", p.images(), ".")}
	if r.Result.Threshold == nil {
		s.Blocks = append(s.Blocks, block{Table: r.plainTable(p, "", nil)})
		return s
	}
	t := *r.Result.Threshold
	table := &table{Caption: "At the threshold", Head: []cell{words("metric"), number("at ", fromRun("threshold", t, decimal(t)))}}
	if p.judged.Intervals != nil {
		table.Head = append(table.Head, number("95 % interval"))
	}
	if t != metric.DefaultThreshold {
		table.Head = append(table.Head, number(r.halfName()))
	}
	for _, m := range maskNames {
		cells := []cell{words(m), number(p.metric(m))}
		if p.judged.Intervals != nil {
			i, _ := p.interval(m, decimal)
			cells = append(cells, number(i))
		}
		if t != metric.DefaultThreshold {
			half, _ := p.judged.AtHalf.Get(m)
			cells = append(cells, number(fromRun(p.name+".at_half."+m, half, decimal(half))))
		}
		table.Rows = append(table.Rows, row{Cells: cells})
	}
	s.Blocks = append(s.Blocks, block{Table: table}, block{Table: r.plainTable(p, "Without a threshold", maskScoreNames)})
	if earlier := r.earlierTable(); earlier != nil {
		s.Blocks = append(s.Blocks, block{Table: earlier})
	}
	if text := r.maskThreshold(); text != nil {
		s.Blocks = append(s.Blocks, block{Text: text})
	}
	return s
}

// maskThreshold says where the threshold comes from.
func (r *run) maskThreshold() prose {
	c := r.Result.Choice
	switch {
	case c == nil:
		return nil
	case c.Kept != "":
		return say("The threshold was not chosen: ", c.Kept, ".")
	case c.Part == "":
		return say("The threshold is fixed.")
	}
	return say(fmt.Sprintf("The threshold was chosen by %s on the %s images, which have %s pixels, %s of them to be found.",
		c.Rule, c.Part, count(c.Rows), count(c.Positives)))
}

// pictureSection shows some of the judged images.
func (r *run) pictureSection() *section {
	if len(r.pictures) == 0 {
		return nil
	}
	s := &section{ID: "pictures", Title: "Images", Lead: say("From left to right: the image, the true mask, the mask seen, and the errors: ",
		"green is right, orange was seen and is not there, blue is there and was missed.")}
	if at := r.pictures[0].Threshold; at != nil && r.Result.Threshold != nil && *at != *r.Result.Threshold {
		s.Lead = say(s.Lead, " They were drawn when the run ended, at threshold ", fromRun("pictures.0.threshold", *at, decimal(*at)), ".")
	}
	for _, p := range r.pictures {
		text := say(fmt.Sprintf("%s, %s: ", strings.ToUpper(p.Why[:1])+p.Why[1:], name(p.Image)), "intersection over union ", decimal(p.IoU))
		s.Blocks = append(s.Blocks, block{Pictures: []picture{{Source: p.source, Text: text, Alt: name(p.Image)}}})
	}
	return s
}

// drawn is a picture of the run with its bytes as the page holds them.
type drawn struct {
	train.Picture
	source template.URL
}

// drawing is a sheet of pictures with its bytes as the page holds them.
type drawing struct {
	train.Drawing
	source template.URL
}

// mostPicture is the most bytes of a picture's file that the page takes.
const mostPicture = 1 << 20

// readPictures reads the drawings that the result names.
func (r *run) readPictures(fsys fsx.FS) error {
	if r.Result == nil {
		return nil
	}
	for _, p := range r.Result.Pictures {
		source, err := r.readPicture(fsys, p.File, p.Why != "")
		if err != nil {
			return err
		}
		if source != "" {
			r.pictures = append(r.pictures, drawn{p, source})
		}
	}
	for _, d := range r.Result.Drawings {
		source, err := r.readPicture(fsys, d.File, d.Text != "")
		if err != nil {
			return err
		}
		if source != "" {
			r.drawings = append(r.drawings, drawing{d, source})
		}
	}
	return nil
}

// readPicture returns a picture as the page holds it, "" of one that is not there.
func (r *run) readPicture(fsys fsx.FS, file string, described bool) (template.URL, error) {
	if !fs.ValidPath(file) || !described {
		r.warn("file-broken", "run.json names a picture %q; this page lacks it", file)
		return "", nil
	}
	content, err := optional(r, file, func(fsys fsx.FS, file string) ([]byte, error) { return fsx.ReadFile(fsys, file, mostPicture) }, fsys)
	if err != nil {
		return "", err
	}
	if _, err := png.DecodeConfig(bytes.NewReader(content)); err != nil {
		return "", nil
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(content)), nil
}

// imageData is the section about the images.
func (r *run) imageData() *section {
	m := r.Data.Images
	s := &section{ID: "data", Title: "Data", Lead: say(fmt.Sprintf("%s: %s with masks of %s classes.", r.dataFile(), plural(m.Fingerprint.Rows, "image"), count(len(m.Classes))))}
	t := &table{Head: heads("part", "images", "pixels")}
	for _, c := range m.Classes {
		t.Head = append(t.Head, number(fmt.Sprintf("of %d in masks", c)))
	}
	for _, part := range r.Data.Parts {
		all := 0
		for _, n := range part.Counts {
			all += n
		}
		cells := []cell{words(name(part.Name)), number(count(part.Rows)), number(count(all))}
		for _, n := range part.Counts {
			cells = append(cells, number(percent(float64(n)/float64(max(all, 1)))))
		}
		t.Rows = append(t.Rows, row{Cells: cells})
	}
	s.Blocks = append(s.Blocks, block{Table: t})
	if len(m.Skipped) > 0 {
		var names []string
		for _, bad := range m.Skipped {
			names = append(names, name(bad.Name)+" ("+name(bad.Why)+")")
		}
		s.Blocks = append(s.Blocks, block{Text: say("Left out as bad: ", strings.Join(names, "; "), ".")})
	}
	return s
}
