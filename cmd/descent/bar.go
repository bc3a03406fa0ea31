package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/descent-ml/descent/train"
)

// bar is the last line on a terminal while an epoch trains:
//
//	▏███████▍                 ▏ epoch 3, 71/110   0.0768   <= 3.1 s left
type bar struct {
	container *mpb.Progress
	bar       *mpb.Bar
	words     atomic.Pointer[string]
}

// barWidth leaves room for the words behind a bar.
const barWidth = 30

func newBar(s *stream) *bar {
	b := &bar{container: mpb.New(mpb.WithOutput(s.w), mpb.WithWidth(s.width))}
	b.words.Store(new(string))
	style := mpb.BarStyle().Lbound("[").Filler("=").Tip(">").Padding(" ").Rbound("]")
	if s.unicode {
		style = mpb.BarStyle().Lbound("▏").Filler("█").Tip("▌").Padding(" ").Rbound("▏")
	}
	words := decor.Any(func(decor.Statistics) string { return *b.words.Load() })
	b.bar = b.container.New(0, style, mpb.BarWidth(min(barWidth, s.width-maxWidth+barWidth)), mpb.AppendDecorators(words), mpb.BarRemoveOnComplete())
	return b
}

// show moves the bar to where an epoch stands.
func (b *bar) show(e *train.StepEnd, left time.Duration) {
	words := fmt.Sprintf("epoch %d, %s/%s   %s   <= %s left", e.Epoch, count(e.Step), count(e.Steps), lossText(e.Loss), duration(left))
	b.words.Store(&words)
	b.bar.SetTotal(int64(e.Steps), false)
	b.bar.SetCurrent(int64(e.Step))
}

// above prints a line over the bar.
func (b *bar) above(line string) { fmt.Fprintln(b.container, line) }

// close takes the bar away.
func (b *bar) close() {
	b.bar.Abort(true)
	b.container.Wait()
}
