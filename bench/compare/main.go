// Compare runs contenders in turns, round after round, so that all see the same
// machine, and writes a Markdown table.
//
//	go run ./bench/compare -rounds 5 -ceilings "$BENCH ceilings" < bench/contenders.txt > table.md
//
// A line of input is a workload, a contender and its command, separated by tabs;
// lines with # are passed over, and $NAME stands for the environment's. Each
// command prints a line of JSON last, with step_ms {min, median, p99}. The ratio is
// that of the fastest other contender's median to Descent's, of the same workload.
// The command of -ceilings runs in every round too and prints peak_gflops, of which
// the table gives the shares.
//
// A run beside which other processes took more than a twentieth of the cores is
// repeated, up to -tries times; the one with the quietest company counts, and the
// table says how quiet that was.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// contender is one line of the table.
type contender struct {
	workload, name, command string
	rounds                  []measured
}

type measured struct {
	StepMS struct {
		Min    float64 `json:"min"`
		Median float64 `json:"median"`
		P99    float64 `json:"p99"`
	} `json:"step_ms"`
	Gflops float64 `json:"gflops"`
	RSS    float64 `json:"peak_rss_mb"`
	Others float64 `json:"-"` // share of the cores
}

func main() {
	rounds := flag.Int("rounds", 3, "how often each contender runs")
	tries := flag.Int("tries", 4, "how often a run is tried while other processes are busy")
	limits := flag.String("ceilings", "", "a command that measures what the machine can do, or nothing")
	flag.Parse()
	all, err := read(os.Stdin)
	var peaks ceilings
	if err == nil {
		err = run(all, *rounds, *tries, *limits, &peaks)
	}
	if err != nil {
		log.Fatal(err)
	}
	write(os.Stdout, all, peaks)
}

// ceilings is what each round's command measured.
type ceilings []ceiling

type ceiling struct {
	Peak     float64 `json:"peak_gflops"`
	PeakOne  float64 `json:"peak_gflops_1"`
	Sgemm    float64 `json:"sgemm_1024_gflops"`
	SgemmOne float64 `json:"sgemm_1024_gflops_1"`
	Copy     float64 `json:"copy_gbs"`
	CopyOne  float64 `json:"copy_gbs_1"`
}

// quiet is the share of the cores that others may have.
const quiet = 0.05

// measure runs a command until its company is quiet, reads the last line of the run
// with the quietest one, and returns the share of the cores that others had then.
func measure(command string, tries int, into any) (share float64, err error) {
	var best []byte
	for try := range tries {
		args := strings.Fields(command)
		out, had, err := others(exec.Command(args[0], args[1:]...))
		if err != nil {
			return 0, fmt.Errorf("%s: %w", command, err)
		}
		if try == 0 || had < share {
			best, share = out, had
		}
		if share <= quiet {
			break
		}
	}
	lines := bytes.Split(bytes.TrimSpace(best), []byte("\n"))
	if err := json.Unmarshal(lines[len(lines)-1], into); err != nil {
		return 0, fmt.Errorf("%s: %w in %.80q", command, err, lines[len(lines)-1])
	}
	return share, nil
}

func read(r io.Reader) ([]*contender, error) {
	var all []*contender
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			return nil, fmt.Errorf("%q is not a workload, a contender and a command", line)
		}
		all = append(all, &contender{workload: f[0], name: f[1], command: os.ExpandEnv(f[2])})
	}
	return all, lines.Err()
}

func run(all []*contender, rounds, tries int, limits string, peaks *ceilings) error {
	for round := range rounds {
		if limits != "" {
			*peaks = append(*peaks, ceiling{})
			if _, err := measure(limits, tries, &(*peaks)[round]); err != nil {
				return err
			}
		}
		for _, c := range all {
			var m measured
			var err error
			if m.Others, err = measure(c.command, tries, &m); err != nil {
				return err
			}
			if m.StepMS.Median == 0 {
				return fmt.Errorf("%s: no step_ms", c.command)
			}
			c.rounds = append(c.rounds, m)
			fmt.Fprintf(os.Stderr, "%s %s %.4f ms, others %.0f %%\n", c.workload, c.name, m.StepMS.Median, 100*m.Others)
		}
	}
	return nil
}

// median returns the median over the rounds of what of picks.
func (c *contender) median(of func(measured) float64) float64 {
	return median(c.rounds, of)
}

func median[T any](rounds []T, of func(T) float64) float64 {
	v := make([]float64, len(rounds))
	for i, m := range rounds {
		v[i] = of(m)
	}
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

func step(m measured) float64 { return m.StepMS.Median }

func write(w io.Writer, all []*contender, peaks ceilings) {
	fmt.Fprintln(w, "| workload | contender | ms a step: min | median | p99 | GFLOP/s | of peak | peak RSS MB | others | fastest peer / Descent |")
	fmt.Fprintln(w, "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
	peak := peaks.median(0)
	for _, c := range all {
		ratio, share := "", ""
		if strings.HasPrefix(c.name, "Descent") {
			if best := fastestPeer(all, c.workload); best > 0 {
				ratio = fmt.Sprintf("**%.2f**", best/c.median(step))
			}
		}
		rate := c.median(func(m measured) float64 { return m.Gflops })
		if peak > 0 {
			share = fmt.Sprintf("%.0f %%", 100*rate/peak)
		}
		fmt.Fprintf(w, "| %s | %s | %.4g | %.4g | %.4g | %.1f | %s | %.0f | %.0f %% | %s |\n", c.workload, c.name,
			c.median(func(m measured) float64 { return m.StepMS.Min }), c.median(step),
			c.median(func(m measured) float64 { return m.StepMS.P99 }), rate, share,
			c.median(func(m measured) float64 { return m.RSS }), 100*c.median(func(m measured) float64 { return m.Others }), ratio)
	}
	if peak > 0 {
		fmt.Fprintf(w, "\n| ceiling | all threads | one thread |\n| --- | --- | --- |\n")
		for i, name := range []string{"multiply-adds in registers, GFLOP/s", "product of two 1024 x 1024 matrices in Descent, GFLOP/s", "copy, GB/s"} {
			fmt.Fprintf(w, "| %s | %.1f | %.1f |\n", name, peaks.median(2*i), peaks.median(2*i+1))
		}
	}
}

// median returns that of one column: the numbers of all threads, each followed by
// that of one thread.
func (c ceilings) median(column int) float64 {
	if len(c) == 0 {
		return 0
	}
	var of [][6]float64
	for _, m := range c {
		of = append(of, [6]float64{m.Peak, m.PeakOne, m.Sgemm, m.SgemmOne, m.Copy, m.CopyOne})
	}
	return median(of, func(m [6]float64) float64 { return m[column] })
}

func fastestPeer(all []*contender, workload string) float64 {
	best := 0.0
	for _, c := range all {
		if t := c.median(step); c.workload == workload && !strings.HasPrefix(c.name, "Descent") && (best == 0 || t < best) {
			best = t
		}
	}
	return best
}
