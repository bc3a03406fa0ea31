package limits

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

func TestRefusalText(t *testing.T) {
	for _, tc := range []struct {
		refusal Refusal
		want    string
	}{
		{
			Refusal{Where: "data.csv:3", What: "line", Value: 17 << 20, Limit: CSVLineBytes, Unit: Bytes},
			"data.csv:3: line: 17825792 bytes (17.0 MiB), above the limit of 16777216 bytes (16.0 MiB)",
		},
		{
			Refusal{Where: "a.gz", What: "unpacked", Limit: 1000, Unit: Bytes, Flag: "--max-memory"},
			"a.gz: unpacked: more than the limit of 1000 bytes\n\tfix: raise the limit with --max-memory",
		},
		{
			Refusal{What: "columns", Value: 65_537, Limit: CSVColumns},
			"columns: 65537, above the limit of 65536",
		},
	} {
		if got := tc.refusal.Error(); got != tc.want {
			t.Errorf("got  %q\nwant %q", got, tc.want)
		}
	}
}

func TestSize(t *testing.T) {
	for bytes, want := range map[int64]string{
		0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1536: "1.5 KiB", 5 << 30: "5.0 GiB", math.MaxInt64: "8.0 EiB",
	} {
		if got := Size(bytes); got != want {
			t.Errorf("Size(%d) = %q, want %q", bytes, got, want)
		}
	}
}

func TestMul64(t *testing.T) {
	edge := rapid.SampledFrom([]int64{-1, 0, 1, 2, 1 << 31, 1 << 32, 3_037_000_499, 3_037_000_500, math.MaxInt64})
	operand := rapid.OneOf(edge, rapid.Int64())
	rapid.Check(t, func(t *rapid.T) {
		a, b := operand.Draw(t, "a"), operand.Draw(t, "b")
		exact := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
		fits := a >= 0 && b >= 0 && exact.IsInt64()
		got, ok := Mul64(a, b)
		if ok != fits {
			t.Fatalf("Mul64(%d, %d) ok = %v, want %v", a, b, ok, fits)
		}
		if want := exact.Int64(); ok && got != want {
			t.Fatalf("Mul64(%d, %d) = %d, want %d", a, b, got, want)
		}
	})
}

func TestElements(t *testing.T) {
	for _, tc := range []struct {
		name  string
		shape []int
		want  int64
		fails string
	}{
		{"scalar", nil, 1, ""},
		{"matrix", []int{3, 4}, 12, ""},
		{"empty", []int{3, 0, 4}, 0, ""},
		{"largest", []int{1 << 15, 1 << 16}, 1 << 31, ""},
		{"above", []int{1 << 16, 1 << 16}, 0, "w: elements: 65536 × 65536 = 4294967296, above the limit of 2147483648"},
		{"negative", []int{2, -3}, 0, "w: size -3 of axis 1 is negative in shape [2 -3]"},
		{"rank", make([]int, 9), 0, "w: rank: 9 axes, above the limit of 8 axes"},
		{"wraps to 4", []int{4194305, 4194305, 211106198978564}, 0,
			"w: elements: 4194305 × 4194305 × 211106198978564 = more than the limit of 2147483648"},
		{"wraps, then 0", []int{1 << 40, 1 << 40, 0}, 0, "more than the limit"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := Elements("w", tc.shape)
			if tc.fails != "" {
				if err == nil || !strings.Contains(err.Error(), tc.fails) {
					t.Fatalf("error %v, want %q", err, tc.fails)
				}
				return
			}
			if err != nil || got != tc.want {
				t.Errorf("got %d, %v, want %d", got, err, tc.want)
			}
		})
	}
}

func TestElementsIsRefusal(t *testing.T) {
	_, err := Elements("w", []int{1 << 20, 1 << 20})
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Limit != TensorElements || refusal.Value != 1<<40 {
		t.Errorf("error %#v", err)
	}
}

func TestBudget(t *testing.T) {
	const none = math.MaxInt64
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	meminfo := file("MemTotal:       16777216 kB\nMemFree:  1 kB\n")
	for _, tc := range []struct {
		name    string
		root    fstest.MapFS
		goLimit int64
		total   int64
		source  string
	}{
		{"nothing readable", fstest.MapFS{}, none, FallbackMemory, "fallback"},
		{"only GOMEMLIMIT", fstest.MapFS{}, 1000, 1000, "GOMEMLIMIT"},
		{"RAM", fstest.MapFS{"proc/meminfo": meminfo}, none, 16 << 30, "RAM"},
		{"GOMEMLIMIT below RAM", fstest.MapFS{"proc/meminfo": meminfo}, 1 << 30, 1 << 30, "GOMEMLIMIT"},
		{"own cgroup", fstest.MapFS{
			"proc/meminfo":                      meminfo,
			"proc/self/cgroup":                  file("0::/job/step\n"),
			"sys/fs/cgroup/job/step/memory.max": file("1000000\n"),
			"sys/fs/cgroup/job/memory.max":      file("max\n"),
		}, none, 1000000, "cgroup memory.max"},
		{"parent cgroup", fstest.MapFS{
			"proc/meminfo":                      meminfo,
			"proc/self/cgroup":                  file("5:memory:/other\n0::/job/step\n"),
			"sys/fs/cgroup/job/step/memory.max": file("2000000\n"),
			"sys/fs/cgroup/job/memory.max":      file("1000000\n"),
		}, none, 1000000, "cgroup memory.max"},
		{"container root", fstest.MapFS{
			"proc/meminfo":             meminfo,
			"proc/self/cgroup":         file("0::/\n"),
			"sys/fs/cgroup/memory.max": file("1000000\n"),
		}, none, 1000000, "cgroup memory.max"},
		{"path above the root", fstest.MapFS{
			"proc/meminfo":               meminfo,
			"proc/self/cgroup":           file("0::/../../x\n"),
			"sys/fs/cgroup/x/memory.max": file("7\n"),
		}, none, 7, "cgroup memory.max"},
		{"unlimited cgroup", fstest.MapFS{
			"proc/meminfo":             meminfo,
			"proc/self/cgroup":         file("0::/\n"),
			"sys/fs/cgroup/memory.max": file("max\n"),
		}, none, 16 << 30, "RAM"},
		{"nonsense", fstest.MapFS{
			"proc/meminfo":     file("MemTotal: many kB\nMemTotal: 9223372036854775807 kB\n"),
			"proc/self/cgroup": file("0:\n"),
		}, none, FallbackMemory, "fallback"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := budget(tc.root, tc.goLimit)
			if got.Total != tc.total || got.Source != tc.source || got.Bytes != tc.total/5*4 {
				t.Errorf("got %+v, want total %d from %s", got, tc.total, tc.source)
			}
		})
	}
}

func TestMemoryOfThisMachine(t *testing.T) {
	got := Memory()
	if got.Bytes <= 0 || got.Bytes >= got.Total || got.Source == "" {
		t.Errorf("got %+v", got)
	}
	if want := "800 B (80 % of 1000 B, RAM)"; (Budget{800, 1000, "RAM"}).String() != want {
		t.Errorf("got %q, want %q", Budget{800, 1000, "RAM"}, want)
	}
}
