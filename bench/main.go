// Bench runs the workloads that Descent is compared with its peers on, and prints
// one line of JSON each.
//
//	go run ./bench W1 --batch 64 --workers 2 --steps 300
//
// All are float32, as the peers' scripts of the same names, whose keys are used:
//
//	W1     training step of a dense net 32-256-256-1: ReLU, sigmoid, binary cross entropy, Adam
//	W2     training step of a dense net 54-512-256-7 with a weighted soft F1 over seven classes
//	W3     training step of a dense variational autoencoder 64-256-128-(16)-128-256-64
//	W4     training step of the convolutional variational autoencoder nn.ConvVAE on images of 28x28
//	W5     training step of a U-Net of 16 to 256 channels on images of 500x500: cross entropy and overlap
//	W6-W1  one row through the net of W1, by the public Model.Scores
//	W6-W5  one image through the net of W5
//
// "ceilings" measures what the machine can do at most.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

var workloads = map[string]func(options) (any, error){
	"W1":       func(o options) (any, error) { return runSteps(o, w1) },
	"W2":       func(o options) (any, error) { return runSteps(o, w2) },
	"W3":       func(o options) (any, error) { return runSteps(o, w3) },
	"W4":       func(o options) (any, error) { return runSteps(o, w4) },
	"W5":       func(o options) (any, error) { return runSteps(o, w5) },
	"W6-W1":    func(o options) (any, error) { return runPredict(o) },
	"W6-W5":    func(o options) (any, error) { return runPredictImage(o) },
	"ceilings": runCeilings,
}

// options are the flags of a workload.
type options struct {
	Workload string        `arg:"" enum:"W1,W2,W3,W4,W5,W6-W1,W6-W5,ceilings" help:"W1 to W5: training steps. W6-W1, W6-W5: one prediction. ceilings: what the machine can do."`
	Batch    int           `help:"Rows a step; 0 for the peers' batch." default:"0"`
	Workers  int           `help:"Threads; 0 for all cores." default:"0"`
	Steps    int           `help:"Steps to time." default:"300"`
	Warmup   int           `help:"Steps before." default:"20"`
	Limit    time.Duration `help:"Stop timing after this long." default:"20s"`
	Profile  bool          `help:"Print the plan of a training step with the time of each of its steps on one thread, and stop."`
}

// result is the line that is printed.
type result struct {
	Peer         string  `json:"peer"`
	Workload     string  `json:"workload"`
	Batch        int     `json:"batch"`
	Workers      int     `json:"workers"`
	Kernels      string  `json:"kernels"`
	StepMS       spread  `json:"step_ms"`
	Steps        int     `json:"steps"`
	GflopPerStep float64 `json:"gflop_per_step"`
	Gflops       float64 `json:"gflops"`
	LossFirst    float64 `json:"loss_first,omitempty"`
	LossLast     float64 `json:"loss_last,omitempty"`
	PeakRSSMB    float64 `json:"peak_rss_mb"`
	Go           string  `json:"go"`
}

type spread struct {
	Min    float64 `json:"min"`
	Median float64 `json:"median"`
	P99    float64 `json:"p99"`
	Max    float64 `json:"max"`
}

func main() {
	var o options
	kong.Parse(&o, kong.Name("bench"), kong.Description("Time a workload; prints one line of JSON."))
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	r, err := workloads[o.Workload](o)
	if err == nil && r != nil {
		err = json.NewEncoder(os.Stdout).Encode(r)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// timed calls step for the warm-up and then for the timed steps; i counts all.
func timed(o options, step func(i int) (loss float64, err error)) (times []time.Duration, losses []float64, err error) {
	var end time.Time
	for i := range o.Warmup + o.Steps {
		if i == o.Warmup {
			end = time.Now().Add(o.Limit)
		}
		start := time.Now()
		loss, err := step(i)
		if err != nil {
			return nil, nil, err
		}
		took := time.Since(start)
		losses = append(losses, loss)
		if i < o.Warmup {
			continue
		}
		times = append(times, took)
		if time.Now().After(end) && len(times) >= 3 {
			break
		}
	}
	return times, losses, nil
}

func spreadOf(times []time.Duration) spread {
	s := slices.Sorted(slices.Values(times))
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	n := len(s)
	return spread{Min: ms(s[0]), Median: (ms(s[(n-1)/2]) + ms(s[n/2])) / 2, P99: ms(s[min(n-1, n*99/100)]), Max: ms(s[n-1])}
}

func peakRSS() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Maxrss) / 1024
}
