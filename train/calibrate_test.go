package train

import (
	"context"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx/faultfs"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/metric"
)

// weighed is a job whose cross entropy has weights.
func weighed(text string, by loss.Weighting) *Job {
	j := tableJob(text)
	j.LossFor = func(s LossSpec) (loss.Loss, graph.Diagnostics) {
		if s.Task == data.MultiClass {
			return loss.Mean(loss.CrossEntropy, by), nil
		}
		return loss.Mean(loss.BCE, by), nil
	}
	return j
}

// A calibrated run writes, loads and reports the probabilities of its calibration.
func TestCalibratedRun(t *testing.T) {
	labels := labelTable(400)
	for name, tc := range map[string]struct {
		job    *Job
		text   string
		method Calibrate
	}{
		"platt":                {tableJob(table(400, yesNo)), table(400, yesNo), Platt},
		"temperature":          {tableJob(table(400, yesNo)), table(400, yesNo), Temperature},
		"isotonic":             {tableJob(table(400, yesNo)), table(400, yesNo), Isotonic},
		"classes, temperature": {tableJob(table(400, threeClasses)), table(400, threeClasses), Temperature},
		"labels, platt":        {labelJob(400), labels, Platt},
		"labels, isotonic":     {labelJob(400), labels, Isotonic},
		"weights":              {weighed(table(400, yesNo), loss.ByClass(1, 4)), table(400, yesNo), PriorCorrection},
		"weights of classes":   {weighed(table(400, threeClasses), loss.ByClass(1, 2, 4)), table(400, threeClasses), PriorCorrection},
	} {
		t.Run(name, func(t *testing.T) {
			tc.job.Calibrate = tc.method
			disk := faultfs.New()
			r, err := trainIn(t, context.Background(), disk, tc.job)
			if err != nil {
				t.Fatal(err)
			}
			c := r.Calibration
			part, rows := "valid", r.Valid.Rows
			if tc.method == PriorCorrection { // of no rows
				part, rows = "", 0
			}
			if c == nil || c.Method != tc.method || c.Part != part || c.JudgedOn != "test" || c.Rows != rows {
				t.Fatalf("%+v", c)
			}
			if c.Before == c.After || !(c.After.Brier >= 0 && c.After.Brier <= 1) || !(c.After.ECE >= 0) {
				t.Errorf("before %+v, after %+v", c.Before, c.After)
			}
			m, err := loadFrom(t, disk)
			if err != nil {
				t.Fatal(err)
			}
			got, err := predict(t, m, tc.text, data.Policy{})
			if err != nil {
				t.Fatal(err)
			}
			width := m.outputs()
			lines := strings.Split(strings.TrimSpace(read(t, disk, predictionsDir+"/test.csv")), "\n")[1:]
			for _, line := range lines {
				cells := strings.Split(line, ",")
				row, err := strconv.Atoi(cells[0])
				if err != nil {
					t.Fatal(err)
				}
				for k, cell := range cells[len(cells)-width:] { // the scores
					wrote, err := strconv.ParseFloat(cell, 64)
					if loaded := float64(got.Scores[(row-1)*width+k]); err != nil || math.Abs(loaded-wrote) > 1e-6 {
						t.Fatalf("row %d: the model says %v, the run wrote %v %v", row, loaded, wrote, err)
					}
				}
			}
			var info RunInfo
			if err := json.Unmarshal([]byte(read(t, disk, infoFile)), &info); err != nil || info.Result.Calibration == nil || info.Training.Calibrate != tc.method {
				t.Errorf("run.json: %v, %+v", err, info.Training)
			}
		})
	}
}

// The nodes of a calibration compute what package metric does.
func TestCalibrationNodes(t *testing.T) {
	z := []float64{-3, -1.5, -0.5, 0, 0.25, 1, 2, 4, 5}
	curve := metric.Isotonic{Score: []float64{-1, 0, 0.5, 2, 3}, Value: []float64{0.1, 0.1, 0.4, 0.9, 1}}
	for name, tc := range map[string]struct {
		method Calibrate
		by     metric.Calibration
		set    func(c *calibrator)
	}{
		"platt":       {Platt, metric.Platt{Slope: 0.7, Intercept: -1.2}, func(c *calibrator) { c.info.Slope, c.info.Intercept = []float64{0.7}, []float64{-1.2} }},
		"temperature": {Temperature, metric.Temperature(2.5), func(c *calibrator) { c.info.Temperature = []float64{2.5} }},
		"isotonic":    {Isotonic, curve, func(c *calibrator) { c.curves = []metric.Isotonic{curve} }},
		"flat": {Isotonic, metric.Isotonic{Score: []float64{1}, Value: []float64{0.3}}, func(c *calibrator) {
			c.curves = []metric.Isotonic{{Score: []float64{1}, Value: []float64{0.3}}}
		}},
	} {
		for _, shape := range []graph.Shape{graph.Rows(1), graph.Rows()} {
			g := graph.New(graph.Inference)
			x := g.Input("x", shape, graph.Range{Interval: graph.Everything, Tag: graph.Score})
			c := newCalibrator(tc.method, x.Sigmoid(), data.Binary, 1)
			tc.set(c)
			if c.score != x {
				t.Fatalf("%s: the score is %v", name, c.score)
			}
			p := c.probability()
			if !p.Shape().Equal(shape) {
				t.Fatalf("%s: %v for %v", name, p.Shape(), shape)
			}
			out, err := graph.Eval(graph.Feed{Rows: len(z), Values: map[*graph.Node]graph.Array{x: graph.ArrayOf(z, shape.At(len(z))...)}}, p)
			if err != nil {
				t.Fatal(err)
			}
			for i, got := range out[0].Data {
				if want := tc.by.Probability(z[i]); math.Abs(got-want) > 1e-12 {
					t.Errorf("%s: probability of %v is %v, want %v", name, z[i], got, want)
				}
			}
		}
	}
}

func TestCalibrationRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		job    *Job
		method Calibrate
		want   string
	}{
		"a number":        {tableJob(table(80, realNumber)), Platt, "r.py:3: there is nothing to calibrate: the target is a number, not a class [training-setup]\n\tfix: leave calibrate out"},
		"several classes": {tableJob(table(80, threeClasses)), Isotonic, "r.py:3: isotonic calibrates yes or no, and the target has several classes [training-setup]\n\tfix: calibrate = temperature()"},
	} {
		tc.job.Calibrate, tc.job.CalibratePos = tc.method, graph.Position{File: "r.py", Line: 3}
		if _, err := tc.job.Prepare(); err == nil || err.Error() != tc.want {
			t.Errorf("%s: got %v, want %s", name, err, tc.want)
		}
	}
}

// Rows of one class cannot calibrate: the run ends well, and says so.
func TestNotCalibrated(t *testing.T) {
	j := tableJob(strings.Replace(table(80, yesNo), "target", "target", 1))
	j.Data.Split = data.Split{Train: 0.8, Test: 0.2}
	j.EarlyStop, j.Calibrate = nil, Platt
	r, err := trainIn(t, context.Background(), faultfs.New(), j)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, n := range r.Notes {
		found = found || n.Code == "not-calibrated"
	}
	if r.Calibration != nil || !found {
		t.Errorf("%+v, notes %v", r.Calibration, r.Notes)
	}
}
