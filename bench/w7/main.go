// W7 times a whole job from a cold process: read a table, train, judge. The table
// has 10,000 rows that train and 2,000 that test, 32 columns; five epochs of
// batches of 64 through a dense net 32-256-256-1.
//
//	go build -o descent ./cmd/descent
//	go run ./bench/w7 -runs 7 -descent ./descent -peer 'python3 peer.py W7'
//
// Descent and the peer take turns, so that both see the same machine. A line of
// JSON is printed for each.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

const recipe = `data = table("w7.csv", target = "y", task = "binary", split = "split")
train(data, mlp(hidden = [256, 256]), optimizer = adam(learning_rate = 1e-3), epochs = 5, batch_size = 64, early_stop = None)
`

func main() {
	runs := flag.Int("runs", 7, "runs of each")
	binary := flag.String("descent", "./descent", "the built command line")
	peer := flag.String("peer", "", "a command that does the same job, or nothing")
	table := flag.String("table", "", "the rows as CSV with columns y and split; made up if empty")
	flag.Parse()
	dir, err := os.MkdirTemp("", "w7")
	if err == nil {
		defer os.RemoveAll(dir)
		err = run(dir, *runs, *binary, *peer, *table)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func run(dir string, runs int, binary, peer, table string) error {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return err
	}
	if err := prepare(dir, table); err != nil {
		return err
	}
	jobs := []*job{{Peer: "descent", command: []string{binary, "train", "w7.py", "--json", "--quiet"}, dir: dir}}
	if peer != "" {
		jobs = append(jobs, &job{Peer: peer, command: strings.Fields(peer)})
	}
	for range runs {
		for _, j := range jobs {
			if err := j.run(); err != nil {
				return err
			}
		}
	}
	for _, j := range jobs {
		if err := json.NewEncoder(os.Stdout).Encode(j.summary()); err != nil {
			return err
		}
	}
	return nil
}

// prepare writes recipe and table into a folder.
func prepare(dir, table string) error {
	rows := rowsOfTable()
	if table != "" {
		b, err := os.ReadFile(table)
		if err != nil {
			return err
		}
		rows = string(b)
	}
	if err := os.WriteFile(filepath.Join(dir, "w7.csv"), []byte(rows), 0o666); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "w7.py"), []byte(recipe), 0o666)
}

func rowsOfTable() string {
	const rows, train, width = 12_000, 10_000, 32
	r := rand.New(rand.NewPCG(0, 1))
	var v [width]float64
	for j := range v {
		v[j] = r.NormFloat64()
	}
	var b strings.Builder
	for j := range width {
		fmt.Fprintf(&b, "x%d,", j)
	}
	b.WriteString("y,split\n")
	for i := range rows {
		var x [width]float64
		score := 0.0
		for j := range x {
			x[j] = r.NormFloat64()
			score += x[j] * v[j]
			fmt.Fprintf(&b, "%.9g,", float32(x[j]))
		}
		score += 0.5 * x[0] * x[1]
		y, part := 0, "train"
		if 1/(1+math.Exp(-score)) > r.Float64() {
			y = 1
		}
		if i >= train {
			part = "test"
		}
		fmt.Fprintf(&b, "%d,%s\n", y, part)
	}
	return b.String()
}

// job is one contender.
type job struct {
	Peer    string
	command []string
	dir     string
	wall    []float64
	cpu     []float64
	rss     float64
	last    string
}

func (j *job) run() error {
	var out strings.Builder
	cmd := exec.Command(j.command[0], j.command[1:]...)
	cmd.Dir, cmd.Stdout = j.dir, &out
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(j.command, " "), err)
	}
	j.wall = append(j.wall, time.Since(start).Seconds())
	j.cpu = append(j.cpu, (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds())
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		j.rss = max(j.rss, float64(u.Maxrss)/1024)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	j.last = lines[len(lines)-1]
	return nil
}

type summary struct {
	Peer      string  `json:"peer"`
	Runs      int     `json:"runs"`
	WallMin   float64 `json:"wall_s_min"`
	Wall      float64 `json:"wall_s_median"`
	WallMax   float64 `json:"wall_s_max"`
	CPU       float64 `json:"cpu_s_median"`
	PeakRSSMB float64 `json:"peak_rss_mb"`
	F1        float64 `json:"f1"`
}

func (j *job) summary() summary {
	slices.Sort(j.wall)
	slices.Sort(j.cpu)
	n := len(j.wall)
	var said struct {
		F1   float64 `json:"f1"`
		Test struct {
			F1 float64 `json:"f1"`
		} `json:"test"`
	}
	_ = json.Unmarshal([]byte(j.last), &said) // a peer may print something else: then its F1 is 0
	return summary{j.Peer, n, j.wall[0], j.wall[n/2], j.wall[n-1], j.cpu[n/2], j.rss, max(said.F1, said.Test.F1)}
}
