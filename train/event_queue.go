package train

import (
	"sync"
	"time"
)

// eventQueue hands events to a listener on a goroutine of its own, in order.
// Training never waits for it: the queue has room for all, and of several
// [StepEnd] in a row only the last is kept.
type eventQueue struct {
	listener func(Event)
	last     time.Time // of the last StepEnd

	mu      sync.Mutex
	waiting []Event
	closed  bool
	wake    chan struct{} // holds a token while there is something to do
	done    chan struct{}
}

// stepEvents is the least time between two of [StepEnd].
const stepEvents = 100 * time.Millisecond

func newEventQueue(listener func(Event)) *eventQueue {
	q := &eventQueue{listener: listener, wake: make(chan struct{}, 1), done: make(chan struct{})}
	if listener == nil {
		close(q.done)
		return q
	}
	go q.deliver()
	return q
}

// wants reports whether it is time for another [StepEnd].
func (q *eventQueue) wants() bool {
	if q.listener == nil || time.Since(q.last) < stepEvents {
		return false
	}
	q.last = time.Now()
	return true
}

func (q *eventQueue) send(e Event) {
	if q.listener == nil {
		return
	}
	q.mu.Lock()
	n := len(q.waiting)
	if _, ok := e.(*StepEnd); ok && n > 0 {
		if _, ok := q.waiting[n-1].(*StepEnd); ok {
			q.waiting = q.waiting[:n-1]
		}
	}
	q.waiting = append(q.waiting, e)
	q.mu.Unlock()
	q.signal()
}

func (q *eventQueue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *eventQueue) deliver() {
	defer close(q.done)
	for range q.wake {
		q.mu.Lock()
		events, closed := q.waiting, q.closed
		q.waiting = nil
		q.mu.Unlock()
		for _, e := range events {
			q.listener(e)
		}
		if closed {
			return
		}
	}
}

// close waits until the listener has had every event.
func (q *eventQueue) close() {
	if q.listener == nil {
		return
	}
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.signal()
	<-q.done
}
