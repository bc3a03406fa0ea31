package tracer

import (
	"os"
	"strings"
	"testing"
	"time"
)

// Any file ends, without a panic, within its limits, and says the same twice.
func FuzzTrace(f *testing.F) {
	for _, file := range []string{"testdata/python.txt", "testdata/refusals.txt"} {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, section := range strings.Split("\n"+string(text), "\n== ")[1:] {
			_, rest, _ := strings.Cut(section, "\n")
			source, _, _ := strings.Cut(rest, "\n--")
			f.Add(source + "\n")
		}
	}
	small := Limits{Steps: 20_000, Memory: 8 << 20, Nodes: 5_000}
	f.Fuzz(func(t *testing.T, source string) {
		start := time.Now()
		out, ds, _ := runWith(source, Config{Limits: small})
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("took %v", took)
		}
		again, dsAgain, _ := runWith(source, Config{Limits: small})
		if out != again || ds.Error() != dsAgain.Error() {
			t.Errorf("%q, then %q; %s, then %s", out, again, ds.Error(), dsAgain.Error())
		}
	})
}
