package engine

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Pool is a fixed set of workers that run the same function side by side. They
// spin for some tens of microseconds between jobs, since waking a parked goroutine
// takes longer than many steps do, and then park.
//
// A Pool is used by one goroutine at a time, which is worker 0.
type Pool struct {
	// Eager shares even work that one worker would do faster alone, and takes no notice
	// of busy cores: what tests need that compare numbers of workers. It is set before
	// the first plan is made.
	Eager bool

	workers int
	spin    int

	job    func(worker int)
	ticket atomic.Uint64 // counts jobs; a change starts the workers
	done   atomic.Int64  // workers that have finished the job
	stop   atomic.Bool

	mu     sync.Mutex
	wake   *sync.Cond
	parked int
}

// spins is how often a worker looks for work before it parks: some tens of
// microseconds.
const spins = 20000

// NewPool starts workers−1 goroutines; the caller is the remaining worker.
// Workers spin only when there is a core for each of them.
func NewPool(workers int) *Pool {
	p := &Pool{workers: max(1, workers)}
	p.wake = sync.NewCond(&p.mu)
	if p.workers <= runtime.GOMAXPROCS(0) {
		p.spin = spins
	}
	for w := 1; w < p.workers; w++ {
		go p.serve(w)
	}
	return p
}

// Workers returns the number of workers, the caller included.
func (p *Pool) Workers() int { return p.workers }

// Run calls job once on every worker and returns when all have finished.
func (p *Pool) Run(job func(worker int)) {
	if p.workers == 1 {
		job(0)
		return
	}
	p.job = job
	p.done.Store(0)
	p.ticket.Add(1)
	p.mu.Lock()
	if p.parked > 0 {
		p.wake.Broadcast()
	}
	p.mu.Unlock()
	job(0)
	var w waiting
	for p.done.Load() != int64(p.workers-1) {
		w.pause()
	}
}

// Close ends the workers. The pool must not be used afterwards.
func (p *Pool) Close() {
	p.stop.Store(true)
	p.mu.Lock()
	p.wake.Broadcast()
	p.mu.Unlock()
}

func (p *Pool) serve(worker int) {
	seen := uint64(0)
	for {
		p.await(seen)
		if p.stop.Load() {
			return
		}
		seen = p.ticket.Load()
		p.job(worker)
		p.done.Add(1)
	}
}

// await returns when a job other than the last one seen has been posted.
func (p *Pool) await(seen uint64) {
	for range p.spin {
		if p.posted(seen) {
			return
		}
	}
	p.mu.Lock()
	p.parked++
	for !p.posted(seen) {
		p.wake.Wait()
	}
	p.parked--
	p.mu.Unlock()
}

func (p *Pool) posted(seen uint64) bool { return p.ticket.Load() != seen || p.stop.Load() }

// barrier lets workers meet: none passes before all have arrived.
type barrier struct {
	arrived atomic.Int64
	round   atomic.Int64
}

func (b *barrier) meet(workers int) {
	round := b.round.Load()
	if b.arrived.Add(1) == int64(workers) {
		b.arrived.Store(0)
		b.round.Add(1)
		return
	}
	var w waiting
	for b.round.Load() == round {
		w.pause()
	}
}

// waiting is one wait for others. It looks many times without a break, since
// others are mostly there within microseconds; after that it yields the processor
// between looks, so that waiting ends even where workers outnumber cores.
type waiting struct{ looks int }

const yieldAfter = 2000

func (w *waiting) pause() {
	if w.looks++; w.looks >= yieldAfter {
		runtime.Gosched()
	}
}
