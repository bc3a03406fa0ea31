package main

import (
	"context"
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/kernel"
	"github.com/descent-ml/descent/program"
)

// ceilings are what the machine can do at most, on one thread and on all workers:
// multiply-adds in registers, a product of two square matrices, a copy of memory.
// They are measured here rather than taken from a data sheet, and every number is
// the best of several tries.
type ceilings struct {
	Workers   int     `json:"workers"`
	PeakOne   float64 `json:"peak_gflops_1"`
	Peak      float64 `json:"peak_gflops"`
	SgemmOne  float64 `json:"sgemm_1024_gflops_1"`
	Sgemm     float64 `json:"sgemm_1024_gflops"`
	CopyOne   float64 `json:"copy_gbs_1"`
	Copy      float64 `json:"copy_gbs"`
	Processor string  `json:"kernels"`
	Go        string  `json:"go"`
}

func runCeilings(o options) (any, error) {
	c := &ceilings{Workers: o.Workers, Processor: program.Kernels(), Go: runtime.Version()}
	c.PeakOne, c.Peak = peak(1), peak(o.Workers)
	c.CopyOne, c.Copy = copied(1), copied(o.Workers)
	var err error
	if c.SgemmOne, err = sgemm(1); err != nil {
		return nil, err
	}
	c.Sgemm, err = sgemm(o.Workers)
	return c, err
}

const tries = 30

// fastest returns the most of amount a second, over tries of work.
func fastest(amount float64, work func()) float64 {
	most := 0.0
	for range tries {
		start := time.Now()
		work()
		most = max(most, amount/time.Since(start).Seconds())
	}
	return most
}

// side calls work on that many threads and waits for all.
func side(threads int, work func(thread int)) {
	var all sync.WaitGroup
	for t := range threads {
		all.Go(func() { work(t) })
	}
	all.Wait()
}

func peak(threads int) float64 {
	const rounds = 1 << 20
	set := kernel.Default()
	operations := float64(threads) * float64(set.Peak(rounds))
	return fastest(operations, func() { side(threads, func(int) { set.Peak(rounds) }) }) / 1e9
}

// copied counts the bytes that are read.
func copied(threads int) float64 {
	const each = 16 << 20 // floats
	from, to := make([]float32, each*threads), make([]float32, each*threads)
	return fastest(4*each*float64(threads), func() {
		side(threads, func(t int) { copy(to[t*each:(t+1)*each], from[t*each:(t+1)*each]) })
	}) / 1e9
}

// sgemm runs the product as a program, with its threads.
func sgemm(workers int) (float64, error) {
	const n = 1024
	g := graph.New(graph.Inference)
	a, b := g.Input("a", graph.Rows(n), graph.Unknown), g.Param(graph.Param{Name: "b", Shape: []int{n, n}})
	p, err := program.Compile(program.NewState(1), program.Spec{Outputs: map[string]*graph.Node{"c": a.MatMul(b)}, Workers: workers})
	if err != nil {
		return 0, err
	}
	defer p.Close()
	x := make([]float32, n*n)
	r := rand.New(rand.NewPCG(0, 0))
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	batch := program.Batch{Rows: n, Step: 1, Inputs: map[string][]float32{"a": x}}
	rate := fastest(2*n*n*n, func() {
		if e := p.Run(context.Background(), batch); e != nil {
			err = e
		}
	})
	return rate / 1e9, err
}
