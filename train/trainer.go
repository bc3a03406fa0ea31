package train

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/probe"
	"github.com/descent-ml/descent/program"
)

// trainer is one training under way.
type trainer struct {
	config   Config // defaults filled in
	examples examples
	rows     int // of an epoch
	training *traced
	judging  *traced
	found    graph.Diagnostics // warnings and notes
	probed   *probe.Report     // nil of a loss that cannot be tried alone

	state       *program.State
	steps       stepper
	examiner    examiner
	bestWeights *weights

	collapse *collapse   // of masks; nil of other targets
	told     []data.Note // while training

	at          progress
	keys        []string // outputs of the steps to add up: the loss, then the reports
	batch       batches
	clock       stepClock
	history     []EpochEnd
	fingerprint string
	lastSaved   int64 // step of the newest checkpoint; -1 for none
	lastSave    time.Time
	epochStart  time.Time
	events      *eventQueue
	free        func(path string) (int64, error) // bytes left on the disk of a path
}

// newTrainer proves the objective and compiles its programs. Nothing is written.
func newTrainer(e examples, c Config) (*trainer, error) {
	t := &trainer{config: c.filled(e.count()), examples: e, rows: e.count(), lastSaved: -1, free: fsx.Free}
	training, judging := e.inputs()
	t.training, t.judging, t.found = traceBoth(c.Language, training, judging, c.Objective)
	if err := t.tryLoss(); err != nil {
		return nil, err
	}
	if t.found.Refused() {
		return nil, t.found
	}
	if err := t.training.checkResults(); err != nil {
		return nil, err
	}
	if names, known := e.metricNames(); known {
		if err := t.checkMetric(names); err != nil {
			return nil, err
		}
	}
	if err := t.compile(); err != nil {
		t.close()
		return nil, err
	}
	t.keys = []string{lossKey}
	for _, r := range t.training.step.reports {
		t.keys = append(t.keys, reportKey(r.name))
	}
	t.at.Sums = make([]float64, len(t.keys))
	t.batch = e.batches(t.training.step, t.config)
	t.fingerprint = e.fingerprint()
	return t, nil
}

// compile makes the state and both programs, and refuses what memory cannot hold.
func (t *trainer) compile() (err error) {
	t.state = program.NewState(t.config.Seed, slices.Concat(t.training.step.g.Params(), t.judging.step.g.Params())...)
	if t.steps, err = t.training.newStepper(t.state, t.config); err != nil {
		return err
	}
	if t.examiner, err = t.examples.examiner(t); err != nil {
		return err
	}
	var names []string
	for _, p := range t.judging.step.g.Params() {
		d, _ := p.Param()
		names = append(names, d.Name)
	}
	t.bestWeights = newWeights(t.state, names)
	return t.checkMemory()
}

// checkMemory compares what the programs will need with what there is.
func (t *trainer) checkMemory() error {
	need, err := t.peak()
	if err != nil {
		return err
	}
	if have := limits.Memory(); need > have.Bytes {
		return &Error{Machine, &limits.Refusal{What: "memory for training", Value: need, Limit: have.Bytes, Unit: limits.Bytes, Flag: "GOMEMLIMIT, or a smaller batch"}}
	}
	return nil
}

// peak is the memory of a step, of judging each part, and of the weights.
func (t *trainer) peak() (int64, error) {
	need, err := t.steps.peak()
	if err != nil {
		return 0, err
	}
	more, err := t.examiner.peak()
	return need + more, err
}

func (t *trainer) close() {
	if t.steps != nil {
		t.steps.close()
	}
	if t.examiner != nil {
		t.examiner.close()
	}
	if t.batch != nil {
		t.batch.close()
	}
}

// fit trains to the end and returns what was trained, even beside an error.
func (t *trainer) fit(ctx context.Context) (*Fitted, error) {
	t.events = newEventQueue(t.config.Events)
	defer t.events.close()
	if err := t.restore(); err != nil {
		return nil, err
	}
	if run := t.config.Run; run != nil {
		t.events.send(&RunStarted{Path: run.path, Epoch: t.at.Epoch, Epochs: t.config.Epochs, Step: t.at.Step})
	}
	start := time.Now()
	t.lastSave = start
	for !t.isOver() {
		if err := t.epoch(ctx); err != nil {
			return t.fitted(), t.stop(ctx, err)
		}
	}
	if err := t.saveAtLast(ctx); err != nil {
		return t.fitted(), err
	}
	if t.at.Best != nil {
		t.bestWeights.copyTo(t.state)
	}
	f := t.fitted()
	t.events.send(&Done{Epoch: f.Epochs, Best: f.Best, Stopped: f.Stopped, Elapsed: time.Since(start)})
	return f, nil
}

// isOver reports whether no epoch is left to train. It depends on the place in
// the run alone, so that a resumed run sees the end as well.
func (t *trainer) isOver() bool { return t.at.Epoch >= t.config.Epochs || t.stoppedEarly() }

func (t *trainer) stoppedEarly() bool {
	stop := t.config.EarlyStop
	return stop != nil && t.at.Best != nil && t.at.Row == 0 && t.at.Epoch-t.at.Best.Epoch >= stop.Patience
}

// epoch trains from the present row to the end of the epoch.
func (t *trainer) epoch(ctx context.Context) error {
	t.epochStart = time.Now()
	t.arrange()
	whole := context.WithoutCancel(ctx) // a step is taken whole or not at all
	for t.at.Row < t.rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := t.step(whole); err != nil {
			return err
		}
		if t.at.Row < t.rows && t.config.CheckpointEvery > 0 {
			t.saveInTime()
		}
	}
	return t.endEpoch(whole)
}

// arrange puts the rows in the order of the present epoch.
func (t *trainer) arrange() { t.batch.arrange(t.at.Epoch) }

// step trains on the next batch.
func (t *trainer) step(ctx context.Context) error {
	rows := min(t.config.stepRows(), t.rows-t.at.Row)
	began := time.Now()
	if err := t.steps.step(ctx, t.batch, t.at.Step+1, t.at.Row, rows); err != nil {
		return err
	}
	t.clock.add(time.Since(began))
	t.at.Step++
	t.at.Row += rows
	for i, key := range t.keys {
		t.at.Sums[i] += t.steps.result(key) * float64(rows)
	}
	if t.collapse != nil {
		if n := t.collapse.see(&t.at.Unmarked, t.steps.result(reportKey(Marked))); n != nil {
			t.told = append(t.told, *n)
			t.events.send(&Note{n.Code, n.Text})
		}
	}
	if t.events.wants() {
		t.events.send(&StepEnd{
			Epoch: t.at.Epoch + 1, Epochs: t.config.Epochs, Step: ceilDiv(t.at.Row, t.config.stepRows()), Steps: t.stepsPerEpoch(),
			Loss: t.at.Sums[0] / float64(t.at.Row), Elapsed: time.Since(t.epochStart),
		})
	}
	return nil
}

func (t *trainer) stepsPerEpoch() int { return ceilDiv(t.rows, t.config.stepRows()) }

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// saveInTime writes a checkpoint if the last one is old enough. One that cannot
// be written costs nothing but the way back: training goes on.
func (t *trainer) saveInTime() {
	if time.Since(t.lastSave) < t.config.CheckpointEvery {
		return
	}
	t.lastSave = time.Now()
	if err := t.save(); err != nil {
		t.events.send(&Note{"checkpoint-failed", fmt.Sprintf("the checkpoint of step %d could not be written; training goes on, and tries again at the next one: %v%s", t.at.Step, err, t.room(err))})
	}
}

// stop ends training after an error. What was trained before it is saved.
func (t *trainer) stop(ctx context.Context, err error) error {
	if failed := t.save(); failed != nil {
		return &Error{Machine, fmt.Errorf("stopped after step %d, and the checkpoint could not be written: %w%s", t.at.Step, failed, t.room(failed))}
	}
	if is[*program.NonFinite](err) || ctx.Err() == nil {
		return err
	}
	return &Error{Interrupted, fmt.Errorf("stopped after step %d: %w", t.at.Step, context.Cause(ctx))}
}

func (t *trainer) fitted() *Fitted {
	f := &Fitted{
		State: t.state, Epochs: t.at.Epoch, Steps: t.at.Step, Stopped: t.stoppedEarly(), History: t.history,
		Parameters: t.state.Count(), StepMS: t.clock.medianMS(), judging: t.judging, config: t.config,
	}
	if t.at.Best != nil {
		f.Best = t.at.Best.Epoch
	}
	if peak, err := t.peak(); err == nil {
		f.PeakBytes = peak
	}
	return f
}

// fingerprint is the SHA-256 of the rows that train and judge.
func fingerprint(sets ...*data.Set) string {
	sum := sha256.New()
	var buf []byte
	for _, s := range sets {
		if s == nil {
			continue
		}
		buf = binary.LittleEndian.AppendUint64(buf[:0], uint64(s.Rows))
		sum.Write(buf)
		for _, values := range [][]float32{s.X, s.Y, s.Weight} {
			for len(values) > 0 {
				n := min(len(values), 1<<14)
				buf = buf[:0]
				for _, v := range values[:n] {
					buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(v))
				}
				sum.Write(buf)
				values = values[n:]
			}
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}
