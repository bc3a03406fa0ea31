package main

import (
	"fmt"
	"strings"

	"github.com/descent-ml/descent/train"
)

// ownResult compares the parts by loss and reports of an objective, and tells what each
// dimension of a code carries.
func ownResult(r *train.Result) []string {
	parts := []struct {
		name   string
		judged *train.Judged
	}{{"test", r.Test}, {"valid", r.Valid}, {"tune", r.Tune}, {"train", r.Train}}
	header := []string{""}
	var names []string
	rows := [][]string{nil}
	for _, p := range parts {
		if p.judged == nil || len(p.judged.Metrics) == 0 {
			continue
		}
		header = append(header, p.name)
		for _, m := range p.judged.Metrics {
			if len(header) == 2 {
				names = append(names, m.Name)
				rows = append(rows, []string{m.Name})
			}
		}
		for i, name := range names {
			rows[i+1] = append(rows[i+1], metricOf(p.judged.Metrics, name, lossText))
		}
	}
	rows[0] = header
	lines := append([]string{""}, aligned("l"+strings.Repeat("r", len(header)-1), rows...)...)
	if r.Latent == nil {
		return lines
	}
	lines = append(append(lines, ""), latentLines(r.Latent)...)
	if r.Sampled != nil {
		lines = append(append(lines, ""), sampledLines(r.Sampled)...)
	}
	return lines
}

// sampledLines say how rows that were drawn compare with those that trained.
func sampledLines(s *train.Sampled) []string {
	var numbers, levels []float64
	for _, c := range s.Columns {
		if c.Levels == nil {
			numbers = append(numbers, c.Distance)
		} else {
			levels = append(levels, c.Distance)
		}
	}
	var texts []string
	if numbers != nil {
		texts = append(texts, fmt.Sprintf("KS distance %s over %s", metricText(mean(numbers)), of(len(numbers), "number")))
	}
	if levels != nil {
		texts = append(texts, fmt.Sprintf("shares of levels off by %s over %s", metricText(mean(levels)), of(len(levels), "column")))
	}
	texts = append(texts, "correlations off by "+metricText(s.Correlation))
	copies := fmt.Sprintf("%.1f %% equal a training row", 100*s.Copies)
	if s.Other != nil {
		copies += fmt.Sprintf("; of %s rows %.1f %%", s.Other.Part, 100*s.Other.Copies)
	}
	return []string{of(s.Rows, "row") + " drawn, against those that trained:", strings.Join(texts, ", "), copies}
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v / float64(len(values))
	}
	return sum
}

// shownDimensions is how many dimensions of a code the table of the screen has.
const shownDimensions = 16

// latentLines lists the dimensions of a code.
func latentLines(l *train.Latent) []string {
	rows := [][]string{{"code", "KL, nats", "variance of mean"}}
	for d := range l.KL[:min(len(l.KL), shownDimensions)] {
		used := ""
		if l.Variance[d] <= train.ActiveVariance {
			used = "unused"
		}
		rows = append(rows, []string{fmt.Sprint(d), lossText(l.KL[d]), lossText(l.Variance[d]), used})
	}
	lines := aligned("rrrl", rows...)
	if n := len(l.KL) - shownDimensions; n > 0 {
		lines = append(lines, fmt.Sprintf("and %d more, in run.json", n))
	}
	return append(lines, fmt.Sprintf("%d of %d dimensions are used, on %s", l.Active, len(l.KL), of(l.Rows, l.Part+" row")))
}

// betaText says how the divergence of an autoencoder's codes is weighed.
func betaText(v *train.VAE) string {
	if v == nil {
		return ""
	}
	beta := v.Beta
	if beta == 0 {
		beta = 1
	}
	text := fmt.Sprintf("nats a row; beta %v", beta)
	switch {
	case v.Cycles > 0:
		text += fmt.Sprintf(", raised from 0 in %s", of(v.Cycles, "cycle"))
	case v.Warmup > 0:
		text += fmt.Sprintf(", raised from 0 over %v epochs", v.Warmup)
	}
	if v.FreeBits > 0 {
		text += fmt.Sprintf(", %v nats a dimension free", v.FreeBits)
	}
	return text
}
