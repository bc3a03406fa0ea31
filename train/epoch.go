package train

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/optim"
)

// endEpoch judges the epoch that was just trained, chooses whether its weights
// are the best so far, and logs it.
func (t *trainer) endEpoch(ctx context.Context) error {
	train := t.named(func(i int) float64 { return t.at.Sums[i] / float64(t.rows) })
	valid, err := t.judged(ctx)
	if err != nil {
		return err
	}
	t.at.Epoch++
	t.at.Row = 0
	clear(t.at.Sums)
	e := EpochEnd{Epoch: t.at.Epoch, Epochs: t.config.Epochs, Step: t.at.Step, Train: train, Valid: valid, LearningRate: t.learningRate(), Elapsed: time.Since(t.epochStart)}
	if e.Best, err = t.choose(train, valid); err != nil {
		return err
	}
	t.history = append(t.history, e)
	if err := t.log(&e); err != nil {
		t.events.send(&Note{"log-failed", fmt.Sprintf("metrics.jsonl could not be written; its lines are kept in memory: %v", err)})
	}
	t.events.send(&e)
	if n := t.idle(train, valid); n != nil {
		t.events.send(n)
	}
	if t.config.CheckpointEvery == 0 || !t.isOver() { // at the end comes one anyway
		t.saveInTime()
	}
	return nil
}

// learningRate is that of the step just taken, if the optimiser tells.
func (t *trainer) learningRate() *float64 {
	if rate, known := optim.LearningRate(t.config.Optimizer, t.at.Step); known {
		return &rate
	}
	return nil
}

// named returns the loss and the reports with the values of f.
func (t *trainer) named(f func(i int) float64) Metrics {
	m := Metrics{{"loss", f(0)}}
	for i, r := range t.training.step.reports {
		m = append(m, Metric{r.name, f(i + 1)})
	}
	return m
}

// judged measures the whole valid part, if there is one.
func (t *trainer) judged(ctx context.Context) (Metrics, error) {
	if !t.examples.judges() {
		return nil, nil
	}
	return t.examiner.examine(ctx)
}

// results returns the loss and the reports by the names of a program's outputs.
func (t *trainer) results(of func(key string) float64) Metrics {
	return t.named(func(i int) float64 { return of(t.keys[i]) })
}

// choose keeps the weights if the metric that stops is better than ever.
func (t *trainer) choose(train, valid Metrics) (bool, error) {
	stop := t.config.EarlyStop
	if stop == nil || t.at.Epoch <= stop.After {
		return false, nil
	}
	value, found := lookUp(stop.Metric, train, valid)
	if !found {
		return false, unknownMetric(stop.Metric, train, valid)
	}
	if math.IsNaN(value) || t.at.Best != nil && !better(stop.Metric, value, t.at.Best.Value) {
		return false, nil
	}
	t.at.Best = &best{Epoch: t.at.Epoch, Step: t.at.Step, Value: value}
	t.bestWeights.copyFrom(t.state)
	return true, nil
}

// better reports whether a improves on b: less of a loss or an error, more of
// anything else.
func better(metric string, a, b float64) bool {
	_, name, _ := strings.Cut(metric, ".")
	if slices.Contains([]string{"loss", "log_loss", "brier", "ece", "rmse", "mae"}, name) {
		return a < b
	}
	return a > b
}

// checkMetric refuses an early stop by a metric that no epoch has; further are
// the metrics of the valid part beside loss and reports.
func (t *trainer) checkMetric(further []string) error {
	if t.config.EarlyStop == nil {
		return nil
	}
	var train, valid Metrics
	train = t.named(func(int) float64 { return 0 })
	if t.examples.judges() {
		valid = slices.Clone(train)
		for _, name := range further {
			valid = append(valid, Metric{Name: name})
		}
	}
	if _, found := lookUp(t.config.EarlyStop.Metric, train, valid); !found {
		return unknownMetric(t.config.EarlyStop.Metric, train, valid)
	}
	return nil
}

// lookUp returns the metric called part.name.
func lookUp(metric string, train, valid Metrics) (float64, bool) {
	if name, ok := strings.CutPrefix(metric, "train."); ok {
		return train.Get(name)
	}
	if name, ok := strings.CutPrefix(metric, "valid."); ok {
		return valid.Get(name)
	}
	return 0, false
}

func unknownMetric(wanted string, train, valid Metrics) error {
	var names []string
	for _, m := range valid {
		names = append(names, "valid."+m.Name)
	}
	for _, m := range train {
		names = append(names, "train."+m.Name)
	}
	return graph.Diagnostics{{
		Code: graph.CodeUnknownWord, Message: fmt.Sprintf("early_stop: there is no metric %.80q", wanted),
		Notes: graph.Columns([]string{"metrics", strings.Join(names, ", ")}),
		Fixes: []string{fmt.Sprintf("early_stop(%q)", names[0])},
	}}
}

// epochLine is a line of metrics.jsonl. It holds no time, so that two equal runs
// write equal files.
type epochLine struct {
	Epoch        int      `json:"epoch"`
	Step         int64    `json:"step"`
	LearningRate *float64 `json:"learning_rate,omitempty"` // of the last step
	Train        Metrics  `json:"train"`
	Valid        Metrics  `json:"valid,omitempty"`
}

// timingLine is a line of timing.jsonl.
type timingLine struct {
	Epoch      int     `json:"epoch"`
	Seconds    float64 `json:"seconds"`
	RowsPerSec float64 `json:"rows_per_second"`
	StepMS     float64 `json:"step_ms_median"`
}

// log writes the lines of an epoch.
func (t *trainer) log(e *EpochEnd) error {
	run := t.config.Run
	if run == nil {
		return nil
	}
	if err := writeLine(run.metrics, epochLine{e.Epoch, e.Step, e.LearningRate, e.Train, e.Valid}); err != nil {
		return err
	}
	seconds := e.Elapsed.Seconds()
	return writeLine(run.timing, timingLine{e.Epoch, seconds, float64(t.rows) / seconds, t.clock.medianMS()})
}

func writeLine(w interface{ Write([]byte) (int, error) }, v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return err
}
