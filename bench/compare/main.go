// Compare runs contenders in turns, round after round, so that all see the same
// machine, and writes a Markdown table.
//
//	go run ./bench/compare -rounds 5 < bench/contenders.txt > table.md
//
// A line of input is a workload, a contender and its command, separated by tabs;
// lines with # are passed over, and $NAME stands for the environment's. Each
// command prints a line of JSON last, with step_ms {min, median, p99}. The ratio is
// that of the fastest other contender's median to Descent's, of the same workload.
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
}

func main() {
	rounds := flag.Int("rounds", 3, "how often each contender runs")
	flag.Parse()
	all, err := read(os.Stdin)
	if err == nil {
		err = run(all, *rounds)
	}
	if err != nil {
		log.Fatal(err)
	}
	write(os.Stdout, all)
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

func run(all []*contender, rounds int) error {
	for range rounds {
		for _, c := range all {
			args := strings.Fields(c.command)
			out, err := exec.Command(args[0], args[1:]...).Output()
			if err != nil {
				return fmt.Errorf("%s: %w", c.command, err)
			}
			lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
			var m measured
			if err := json.Unmarshal(lines[len(lines)-1], &m); err != nil || m.StepMS.Median == 0 {
				return fmt.Errorf("%s: no step_ms in %.80q", c.command, lines[len(lines)-1])
			}
			c.rounds = append(c.rounds, m)
			fmt.Fprintf(os.Stderr, "%s %s %.4f ms\n", c.workload, c.name, m.StepMS.Median)
		}
	}
	return nil
}

// median returns the median over the rounds of what of picks.
func (c *contender) median(of func(measured) float64) float64 {
	v := make([]float64, len(c.rounds))
	for i, m := range c.rounds {
		v[i] = of(m)
	}
	slices.Sort(v)
	return v[len(v)/2]
}

func step(m measured) float64 { return m.StepMS.Median }

func write(w io.Writer, all []*contender) {
	fmt.Fprintln(w, "| workload | contender | ms a step: min | median | p99 | GFLOP/s | peak RSS MB | fastest peer / Descent |")
	fmt.Fprintln(w, "| --- | --- | --- | --- | --- | --- | --- | --- |")
	for _, c := range all {
		ratio := ""
		if strings.HasPrefix(c.name, "Descent") {
			if best := fastestPeer(all, c.workload); best > 0 {
				ratio = fmt.Sprintf("**%.2f**", best/c.median(step))
			}
		}
		fmt.Fprintf(w, "| %s | %s | %.4g | %.4g | %.4g | %.1f | %.0f | %s |\n", c.workload, c.name,
			c.median(func(m measured) float64 { return m.StepMS.Min }), c.median(step),
			c.median(func(m measured) float64 { return m.StepMS.P99 }),
			c.median(func(m measured) float64 { return m.Gflops }), c.median(func(m measured) float64 { return m.RSS }), ratio)
	}
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
