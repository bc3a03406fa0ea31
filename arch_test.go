package descent_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/descent-ml/descent"

// arrows lists, for every package, the packages of ours that it may import. An
// arrow points down this list only.
var arrows = []struct {
	pkg string
	may string
}{
	{"metric", ""},
	{"internal/kernel", ""},
	{"internal/limits", ""},
	{"internal/overlay", ""},
	{"internal/strictjson", ""},
	{"recipe/syntax", "internal/limits"},
	{"graph", ""},
	{"internal/fsx", "internal/limits"},
	{"internal/fsx/faultfs", "internal/fsx"},
	{"internal/checkpoint", "internal/fsx internal/strictjson internal/limits"},
	{"export/safetensors", "internal/limits internal/strictjson"},
	{"internal/plan", "graph internal/kernel"},
	{"internal/engine", "graph internal/kernel internal/plan"},
	{"program", "graph internal/kernel internal/plan internal/engine"},
	{"loss", "graph"},
	{"probe", "graph loss"},
	{"nn", "graph"},
	{"optim", "graph"},
	{"data/internal/words", ""},
	{"data", "internal/limits internal/strictjson data/internal/words"},
	{"data/csv", "data internal/limits data/internal/words"},
	{"data/internal/files", "data internal/limits data/internal/words"},
	{"data/internal/mutate", ""},
	{"data/internal/deal", "data"},
	{"data/array", "data data/internal/deal data/internal/words"},
	{"data/image", "data data/array data/npy internal/limits data/internal/deal data/internal/files data/internal/words"},
	{"data/npy", "data data/array internal/limits data/internal/files data/internal/words"},
	{"data/idx", "data data/array internal/limits data/internal/files data/internal/words"},
	{"train", "graph loss probe nn optim metric program data data/csv data/array data/image internal/overlay internal/fsx internal/checkpoint internal/limits internal/strictjson internal/kernel export/safetensors"},
	{"report/internal/chart", ""},
	{"report", "train metric data internal/fsx internal/limits report/internal/chart"},
	{"recipe/tracer", "recipe/syntax graph internal/limits"},
	{"recipe/internal/ops", "recipe/syntax recipe/tracer graph"},
	{"recipe/internal/recorded", "recipe/syntax recipe/tracer graph"},
	{"recipe/internal/layer", "recipe/syntax recipe/tracer recipe/internal/ops graph nn"},
	{"recipe/keras", "recipe/syntax recipe/tracer recipe/internal/ops recipe/internal/layer graph loss nn"},
	{"recipe/torch", "recipe/syntax recipe/tracer recipe/internal/ops recipe/internal/layer graph loss nn"},
	{"recipe", "recipe/syntax recipe/tracer recipe/keras recipe/torch recipe/internal/layer graph loss probe nn optim metric data data/csv data/array data/idx data/npy data/image train internal/limits"},
	{"", "train data graph loss nn optim metric"},
	{"cmd/descent", "*"},
	{"docs", ""}, // tests that keep the pages current
}

// core packages build on the standard library and CPU features alone.
var core = []string{"graph", "loss", "nn", "optim", "metric", "program", "train", "data"}

// TestArrows holds that imports point down.
func TestArrows(t *testing.T) {
	seen := map[string]bool{}
	for _, line := range list(t, "{{.ImportPath}} {{join .Imports \" \"}}", "./...") {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(strings.TrimPrefix(fields[0], module), "/")
		if strings.HasPrefix(pkg, "examples/") || strings.HasPrefix(pkg, "bench") {
			continue
		}
		seen[pkg] = true
		i := slices.IndexFunc(arrows, func(a struct{ pkg, may string }) bool { return a.pkg == pkg })
		if i < 0 {
			t.Errorf("package %s is not in the list of arrows", pkg)
			continue
		}
		may := strings.Fields(arrows[i].may)
		for _, imported := range fields[1:] {
			to, ours := strings.CutPrefix(imported, module)
			to = strings.TrimPrefix(to, "/")
			if ours && !slices.Contains(may, to) && !slices.Contains(may, "*") {
				t.Errorf("%s imports %s", pkg, to)
			}
		}
	}
}

// TestCoreIsFree holds that the core pulls in no module but x/sys.
func TestCoreIsFree(t *testing.T) {
	var paths []string
	for _, pkg := range core {
		paths = append(paths, module+"/"+pkg)
	}
	for _, dep := range list(t, "{{if not .Standard}}{{.ImportPath}}{{end}}", append([]string{"-deps"}, paths...)...) {
		if dep != "" && !strings.HasPrefix(dep, module) && !strings.HasPrefix(dep, "golang.org/x/sys/") {
			t.Errorf("the core depends on %s", dep)
		}
	}
}

func list(t *testing.T, format string, args ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-f", format}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}
