package train

import (
	"math"
	"strings"
	"testing"

	"github.com/descent-ml/descent/loss"
)

// weightedJob has a column of weights around mean.
func weightedJob(mean string) *Job {
	text := strings.ReplaceAll(table(300, yesNo), "\n", ","+mean+"\n")
	j := tableJob(strings.Replace(text, "target,"+mean, "target,weight", 1))
	j.Data.Weight = "weight"
	return j
}

// Weights of the rows that scale the loss are told of, with their mean; those that it is
// divided by, and those with mean 1, are not.
func TestWeightMean(t *testing.T) {
	for name, tc := range map[string]struct {
		mean string
		loss loss.Loss
		want string
	}{
		"mean":             {"835", loss.Mean(loss.BCE), "make the mean loss 835 times as large"},
		"small":            {"0.25", loss.Mean(loss.BCE), "make the mean loss 0.25 times as large"},
		"with classes":     {"3", loss.Mean(loss.BCE, loss.ByClass(1, 9)), "make the mean loss 3 times as large"},
		"divided":          {"835", loss.WeightedMean(loss.BCE), ""},
		"of counts":        {"835", loss.SoftF1{}, ""},
		"one number":       {"835", countF1, ""},
		"mean of about 1":  {"1.02", loss.Mean(loss.BCE), ""},
		"no row has any":   {"0", loss.Mean(loss.BCE), ""},
		"part of the loss": {"7", loss.Add(loss.Mean(loss.BCE), loss.SoftF1{}), ""},
	} {
		j := weightedJob(tc.mean)
		j.Loss, j.LossName = tc.loss, name
		p, err := j.Prepare()
		if err != nil {
			if tc.mean == "0" {
				continue // refused as data
			}
			t.Fatal(name, err)
		}
		p.Close()
		said := ""
		for _, d := range p.Diagnostics {
			if d.Code == CodeWeightMean {
				said = d.Message
			}
		}
		if said == "" != (tc.want == "") || !strings.Contains(said, tc.want) {
			t.Errorf("%s: said %q, want %q", name, said, tc.want)
		}
	}
}

// What weights do to the loss is kept with the proof: the loss of the same predictions
// with them and without, here by a loop over the rows.
func TestLossWithoutWeights(t *testing.T) {
	j := weightedJob("2")
	j.Loss, j.LossName = loss.Mean(loss.BCE, loss.ByClass(1, 9)), "bce"
	p := prepare(t, j)
	v, ok := p.Proof.Probe.Get("class_rate")
	if !ok || v.Unweighted == nil {
		t.Fatalf("%+v", v)
	}
	yes := float64(p.Parts.Train.Counts[1])
	n := float64(p.Parts.Train.Rows)
	rate := yes / n
	with := 2 * (-(n-yes)*math.Log(1-rate) - 9*yes*math.Log(rate)) / n
	without := (-(n-yes)*math.Log(1-rate) - yes*math.Log(rate)) / n
	if !near(v.Loss, with, 1e-6) || !near(*v.Unweighted, without, 1e-6) {
		t.Errorf("%v and %v without weights, want %v and %v", v.Loss, *v.Unweighted, with, without)
	}
	for _, v := range prepare(t, smallJob()).Proof.Probe.Values {
		if v.Unweighted != nil {
			t.Errorf("%s of a loss without weights is told twice", v.Name)
		}
	}
}
