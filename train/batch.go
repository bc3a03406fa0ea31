package train

import (
	"context"
	"slices"
	"time"

	"github.com/descent-ml/descent/data"
)

// batch hands over rows of a table. It allocates nothing after newBatch.
type batch struct {
	sampler sampler
	order   []int32 // nil where one step takes all rows: then they stay as they are
	feeds   []feed
	inputs  map[string][]float32 // what take returned, used again
}

// feed is one input of the program.
type feed struct {
	name string
	all  []float32 // of every row
	cols int       // numbers a row
	room []float32 // for the rows of a batch, gathered
}

func newBatch(set *data.Set, s *Step, c Config, rows sampler) *batch {
	b := &batch{sampler: rows, inputs: map[string][]float32{}}
	if c.stepRows() < rows.rows || rows.classes != nil {
		b.order = make([]int32, rows.rows)
	}
	for _, name := range s.used {
		f := feed{name: name, all: s.inputs.rows(set, name, 0, set.Rows)}
		f.cols = len(f.all) / set.Rows
		if b.order != nil {
			f.room = make([]float32, c.Batch*f.cols)
		}
		b.feeds = append(b.feeds, f)
	}
	return b
}

// arrange puts the rows in the order of an epoch.
func (b *batch) arrange(epoch int) {
	if b.order != nil {
		b.sampler.arrange(b.order, epoch)
	}
}

// take gathers the rows of so many places of the order from the given one.
func (b *batch) take(_ context.Context, from, rows int) (map[string][]float32, error) {
	for _, f := range b.feeds {
		if b.order == nil {
			b.inputs[f.name] = f.all[from*f.cols : (from+rows)*f.cols]
			continue
		}
		for i, r := range b.order[from : from+rows] {
			copy(f.room[i*f.cols:(i+1)*f.cols], f.all[int(r)*f.cols:])
		}
		b.inputs[f.name] = f.room[:rows*f.cols]
	}
	return b.inputs, nil
}

func (b *batch) close() {}

// stepClock keeps the times of the last steps.
type stepClock struct {
	last  [1024]time.Duration
	count int
}

func (c *stepClock) add(d time.Duration) {
	c.last[c.count%len(c.last)] = d
	c.count++
}

// medianMS returns the median of the times kept, in milliseconds; 0 before the first step.
func (c *stepClock) medianMS() float64 {
	times := slices.Clone(c.last[:min(c.count, len(c.last))])
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return float64(times[len(times)/2]) / float64(time.Millisecond)
}
