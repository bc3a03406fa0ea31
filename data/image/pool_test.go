package image

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// counter is a source of samples that counts those which exist.
type counter struct {
	n       int
	fail    int // this sample cannot be read; -1 for none
	alive   atomic.Int64
	most    atomic.Int64
	delay   func(i int) time.Duration
	started atomic.Int64
	running atomic.Int64
}

func (c *counter) Len() int { return c.n }

func (c *counter) Sample(i int) (*Sample, error) {
	c.started.Add(1)
	c.running.Add(1)
	defer c.running.Add(-1)
	alive := c.alive.Add(1)
	for {
		most := c.most.Load()
		if alive <= most || c.most.CompareAndSwap(most, alive) {
			break
		}
	}
	if c.delay != nil {
		time.Sleep(c.delay(i))
	}
	if i == c.fail {
		return nil, fmt.Errorf("sample %d is bad", i)
	}
	return &Sample{H: i}, nil
}

// settled waits until no more goroutines run than before, and fails if they go on.
func settled(t *testing.T, before int) {
	t.Helper()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

func permutation(n int) []int32 {
	order := make([]int32, n)
	for i := range order {
		order[i] = int32((i*7 + 3) % n)
	}
	return order
}

// Samples come in the order asked for, whatever takes how long, on any number of workers, and no more than ahead exist.
func TestStreamOrder(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, workers := range []int{1, 2, 7} {
		for _, ahead := range []int{0, 1, 3, 8, 200} {
			c := &counter{n: 100, fail: -1, delay: func(i int) time.Duration { return time.Duration(i*37%11) * 5 * time.Microsecond }}
			order := permutation(100)
			at := 0
			for s, err := range ordered(context.Background(), len(order), ahead, workers, func(i int) (*Sample, error) { return c.Sample(int(order[i])) }) {
				if err != nil {
					t.Fatal(err)
				}
				if s.H != int(order[at]) {
					t.Fatalf("%d workers, %d ahead: sample %d at place %d, want %d", workers, ahead, s.H, at, order[at])
				}
				at++
				c.alive.Add(-1)
			}
			if at != 100 || c.most.Load() > int64(max(ahead, 1)) {
				t.Errorf("%d workers, %d ahead: %d samples, %d at a time", workers, ahead, at, c.most.Load())
			}
		}
	}
	settled(t, before)
}

// Errors come in their place, once, whatever is read ahead; then nothing follows.
func TestStreamErrors(t *testing.T) {
	before := runtime.NumGoroutine()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		c := &counter{n: n, fail: rapid.IntRange(0, n-1).Draw(t, "fail")}
		order := permutation(n)
		if n%7 == 0 { // 7 and n have a divisor in common: take the order as it is
			for i := range order {
				order[i] = int32(i)
			}
		}
		want := slices.Index(order, int32(c.fail))
		at := 0
		var failed error
		for s, err := range Stream(context.Background(), c, order, rapid.IntRange(1, 10).Draw(t, "ahead")) {
			if failed != nil {
				t.Fatal("a sample after the error")
			}
			if failed = err; err == nil {
				if s.H != int(order[at]) {
					t.Fatalf("sample %d, want %d", s.H, order[at])
				}
				at++
			}
		}
		if failed == nil || at != want {
			t.Fatalf("error %v after %d samples, want %d", failed, at, want)
		}
	})
	settled(t, before)
}

// The stream ends when the loop or the context does, and leaves no goroutine.
func TestStreamEnds(t *testing.T) {
	before := runtime.NumGoroutine()
	c := &counter{n: 1000, fail: -1, delay: func(int) time.Duration { return time.Millisecond }}
	order := permutation(1000)
	for range Stream(context.Background(), c, order, 8) {
		break
	}
	if n := c.running.Load(); n > 0 {
		t.Errorf("%d samples are still being read after the loop", n)
	}
	if n := c.started.Load(); n > 8 {
		t.Errorf("%d samples begun", n)
	}
	settled(t, before)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	at := 0
	var last error
	for _, err := range Stream(ctx, c, order, 8) {
		if at++; at == 10 {
			cancel()
		}
		last = err
	}
	if !errors.Is(last, context.Canceled) || at > 11 {
		t.Errorf("error %v after %d samples", last, at)
	}
	settled(t, before)
	func() {
		defer func() { recover() }()
		for range Stream(context.Background(), c, order, 8) {
			panic("the loop's own")
		}
	}()
	settled(t, before)
	for range Stream(context.Background(), c, nil, 8) {
		t.Error("a sample of none")
	}
	settled(t, before)
}

// A set larger than what it may keep is streamed within a bound: only what is ahead is in memory.
func TestStreamMemory(t *testing.T) {
	f := newFolder(t)
	const n, side = 14, 500
	for i := range n {
		name := fmt.Sprintf("%02d.png", i)
		f.add("images/"+name, grey(t, side, side, slope(i))).add("masks/"+name, grey(t, side, side, square))
	}
	for _, tc := range []struct {
		cache int64
		most  uint64 // bytes beside the set
	}{
		{-1, 4*(2*4*side*side+4*side*side) + 8<<20}, // 4 ahead: image and mask in float32, and what is being decoded
		{3 * side * side, 4*(2*4*side*side+4*side*side) + 8<<20},
	} {
		s, err := f.open(Options{Split: all1, Cache: tc.cache})
		if err != nil {
			t.Fatal(err)
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		base := m.HeapAlloc
		most := uint64(0)
		for epoch := range 2 {
			tr, err := NewTraining(s.Train, 1, Crop{}, Flip{})
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range Stream(context.Background(), tr.Epoch(epoch), permutation(n-1), 4) {
				if err != nil {
					t.Fatal(err)
				}
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
		}
		if used := most - min(base, most); used > tc.most {
			t.Errorf("%d bytes in use, want at most %d", used, tc.most)
		}
		if s.cache.used > max(tc.cache, 0) {
			t.Errorf("%d bytes kept of %d", s.cache.used, tc.cache)
		}
	}
}

// What is kept in memory changes no bit, nor does the number of workers.
func TestCacheAndWorkersChangeNothing(t *testing.T) {
	f := many(t, 12)
	var want [][]float32
	for _, cache := range []int64{0, -1, 500} {
		s, err := f.open(Options{Split: all1, Cache: cache, Border: &BorderWeight{}})
		if err != nil {
			t.Fatal(err)
		}
		tr, err := NewTraining(s.Train, 5, Crop{H: 4, W: 4, Foreground: 0.5}, Rotate{Degrees: 20}, QuarterTurns{}, Noise{Sigma: 0.1}, Elastic{Sigma: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, workers := range []int{1, 2, 7} {
			var got [][]float32
			src := tr.Epoch(3)
			for sample, err := range ordered(context.Background(), tr.Len(), 5, workers, src.Sample) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, slices.Concat(sample.Pix, sample.Mask, sample.Weight))
			}
			if want == nil {
				want = got
			}
			if !slices.EqualFunc(got, want, slices.Equal) {
				t.Errorf("cache %d, %d workers: other samples", cache, workers)
			}
		}
	}
}
