package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/descent-ml/descent"
	"github.com/descent-ml/descent/data"
)

// runPredict trains the net of W1 for one epoch, loads the run as a server would,
// and times single rows through Model.Scores.
func runPredict(o options) (*result, error) {
	if o.Batch == 0 {
		o.Batch = 1
	}
	dir, err := os.MkdirTemp("", "w6")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	m, err := trainedW1(dir)
	if err != nil {
		return nil, err
	}
	defer m.Close()

	const pool = 16
	width := m.Schema.Width()
	r := rand.New(rand.NewPCG(0, 0))
	x := make([]float32, pool*o.Batch*width)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	scores := make([]float32, o.Batch)
	times, _, err := timed(o, func(i int) (float64, error) {
		at := i % pool * o.Batch * width
		return 0, m.Scores(context.Background(), scores, x[at:at+o.Batch*width])
	})
	if err != nil {
		return nil, err
	}
	return o.result(spreadOf(times), len(times), 2*float64(o.Batch)*(32*256+256*256+256)/1e9), nil
}

func trainedW1(dir string) (*descent.Model, error) {
	const rows, width = 600, 32
	x, y := make([]float32, rows*width), make([]float32, rows)
	w1Data(rand.New(rand.NewPCG(0, 1)), x, y)
	var b strings.Builder
	for j := range width {
		fmt.Fprintf(&b, "x%d,", j)
	}
	b.WriteString("y\n")
	for i := range y {
		for _, v := range x[i*width : (i+1)*width] {
			fmt.Fprintf(&b, "%g,", v)
		}
		fmt.Fprintf(&b, "%g\n", y[i])
	}
	path := filepath.Join(dir, "w1.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o666); err != nil {
		return nil, err
	}
	result, err := descent.Train(context.Background(), &descent.Job{
		TablePath: path, Data: data.Options{Target: "y", Task: data.Binary}, Model: descent.MLP(256, 256),
		Epochs: 1, CheckpointEvery: time.Hour, Runs: filepath.Join(dir, "runs"),
	})
	if err != nil {
		return nil, err
	}
	return descent.Load(result.Run)
}
