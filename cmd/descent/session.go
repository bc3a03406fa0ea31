package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/train"
)

// display shows a training while it goes on.
type display interface {
	begin(p *train.Prepared, run string)
	event(e train.Event)
	remark(d *graph.Diagnostic)
	end(r *train.Result, took time.Duration)
	stop(err error, run string)
}

// session trains a job, shows it, and keeps its log.
type session struct {
	c           *console
	quiet, json bool

	began    time.Time
	prepared *train.Prepared
	displays []display
	early    []train.Event // before the run's directory is known
	run      string        // the run's directory, once it is known
	log      *runLog
}

func newSession(c *console, quiet, json bool) *session {
	s := &session{c: c, quiet: quiet, json: json, began: time.Now()}
	switch {
	case quiet:
	case c.err.terminal:
		s.displays = append(s.displays, &screen{s: c.err})
	default:
		s.displays = append(s.displays, &lines{w: c.err})
	}
	return s
}

// train prepares a job whose events come to the session, and runs it by one of
// [train.Prepared]'s ways to do so.
func (s *session) train(ctx context.Context, prepare func() (*train.Prepared, error), how func(*train.Prepared, context.Context) (*train.Result, error)) error {
	ctx, stop := untilSignal(ctx)
	defer stop()
	var err error
	if s.prepared, err = prepare(); err != nil {
		return err
	}
	defer s.prepared.Close()
	if err := beforeFirstStep(ctx); err != nil {
		return &train.Error{Class: train.Interrupted, Err: err}
	}
	r, err := how(s.prepared, ctx)
	defer s.closeLog()
	if err != nil {
		return s.stopped(err)
	}
	return s.finish(r)
}

// event hands an event to the displays. The first that names the run's directory
// begins them.
func (s *session) event(e train.Event) {
	if start, ok := e.(*train.RunStarted); ok {
		s.start(start.Path)
	}
	if s.run == "" {
		s.early = append(s.early, e)
		return
	}
	for _, d := range s.displays {
		d.event(e)
	}
}

func (s *session) start(run string) {
	s.run = run
	log, err := openRunLog(run)
	if err == nil {
		s.log = log
		s.displays = append(s.displays, &lines{w: log})
	} else {
		s.early = append(s.early, &train.Note{Code: "log-failed", Text: fmt.Sprintf("log.txt could not be opened: %v", err)})
	}
	for _, d := range s.displays {
		d.begin(s.prepared, run)
		for _, e := range s.early {
			d.event(e)
		}
	}
}

// finish shows what came of the run: the result block on stdout, or with --json
// one line there and the block on stderr.
func (s *session) finish(r *train.Result) error {
	switch {
	case s.json:
		text, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if !s.quiet && s.c.err.terminal {
			s.result(s.c.err, r)
		}
		fmt.Fprintf(s.c.out, "%s\n", text)
	case !s.quiet:
		s.result(s.c.out, r)
	}
	s.page()
	for _, found := range r.Unreached(s.prepared.Job.ThresholdPos, func(p float64) string { return fmt.Sprintf("recall_at_precision(%.2f)", p) }) {
		for _, d := range s.displays {
			d.remark(found)
		}
	}
	for _, d := range s.displays {
		d.end(r, time.Since(s.began))
	}
	return nil
}

// page makes report.html. A run is done without it, so an error is a note.
func (s *session) page() {
	err := writePage(s.run)
	if err == nil {
		return
	}
	n := &train.Note{Code: "report-failed", Text: fmt.Sprintf("report.html could not be written: %v", err)}
	for _, d := range s.displays {
		d.event(n)
	}
}

func (s *session) result(to *stream, r *train.Result) {
	if to.terminal {
		fmt.Fprintln(to)
	}
	to.resultBlock(subjectOf(s.prepared), r)
	if to.terminal {
		fmt.Fprintln(to)
	}
}

// stopped shows why a run ended before its time, and how to go on.
func (s *session) stopped(err error) error {
	if s.run == "" {
		return err
	}
	for _, d := range s.displays {
		d.stop(err, s.run)
	}
	if s.quiet || s.c.err.terminal || train.ClassOf(err) != train.Interrupted { // else a line has said it all
		s.c.tell(err)
		if canResume(err) {
			s.c.err.block("next", "descent resume "+word(s.run))
		}
	}
	return told{err}
}

// canResume reports whether the run of an error can go on: it was told to stop,
// or the machine failed it.
func canResume(err error) bool {
	class := train.ClassOf(err)
	return class == train.Interrupted || class == train.Machine
}

func (s *session) closeLog() {
	if s.log != nil {
		_ = s.log.Close() // the run itself is kept by other files
	}
}
