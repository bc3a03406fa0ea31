package image

import (
	"context"
	"iter"
	"runtime"
	"sync"
)

// Source gives samples by number, each a function of its number alone.
type Source interface {
	Len() int
	Sample(i int) (*Sample, error) // may be called from several goroutines
}

// Stream reads the samples of the given numbers in their order, up to ahead of them before they are asked for, on as many
// goroutines as there are processors:
//
//	for sample, err := range image.Stream(ctx, part, order, 8) { ... }
//
// At most ahead samples exist at a time, the one in the hands of the loop included; ahead is at least 1. Results do not depend
// on the number of goroutines, and they come in order, errors too: the first ends the stream, as does the end of ctx, with its
// error. When the loop ends, all goroutines have ended.
func Stream(ctx context.Context, src Source, order []int32, ahead int) iter.Seq2[*Sample, error] {
	return ordered(ctx, len(order), ahead, runtime.GOMAXPROCS(0), func(i int) (*Sample, error) { return src.Sample(int(order[i])) })
}

// ordered yields do(0), do(1), ... do(n-1), computed on some workers; see [Stream].
func ordered[T any](ctx context.Context, n, ahead, workers int, do func(i int) (T, error)) iter.Seq2[T, error] {
	type result struct {
		value T
		err   error
	}
	ahead = max(ahead, 1)
	return func(yield func(T, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		jobs := make(chan int, ahead)
		done := make([]chan result, ahead) // of job i, at i modulo ahead: that of i-ahead has been taken by then
		for i := range done {
			done[i] = make(chan result, 1)
		}
		var running sync.WaitGroup
		defer running.Wait()
		defer close(jobs)
		defer cancel()
		for range min(workers, ahead, n) {
			running.Go(func() {
				for i := range jobs {
					if ctx.Err() != nil {
						continue
					}
					v, err := do(i)
					done[i%ahead] <- result{v, err}
				}
			})
		}
		var none T
		for i, asked := 0, 0; i < n; i++ {
			for ; asked < min(n, i+ahead); asked++ {
				jobs <- asked
			}
			if err := ctx.Err(); err != nil {
				yield(none, err)
				return
			}
			select {
			case r := <-done[i%ahead]:
				if !yield(r.value, r.err) || r.err != nil {
					return
				}
			case <-ctx.Done():
				yield(none, ctx.Err())
				return
			}
		}
	}
}
