package recipe

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/torch"
	"github.com/descent-ml/descent/recipe/tracer"
)

// modules finds the files that a recipe imports: in its own folder, in the package that
// it belongs to, and in the folders that may be read beside those. Nothing else is
// opened, and no link leads out of them.
type modules struct {
	folders []place
	pkg     string // the package of the recipe itself
}

// place is where modules are looked for; only names the one package, if there is one,
// of which anything may be read.
type place struct{ path, only string }

// modulesBeside returns the modules of a recipe. A folder with an __init__.py is a
// package, and so is the one around it; what is above the outermost is not read.
func modulesBeside(path string, allowed []string) modules {
	dir := filepath.Dir(path)
	m := modules{folders: []place{{path: dir}}}
	var names []string
	top, err := filepath.Abs(dir)
	const deepest = 20
	for err == nil && len(names) < deepest && isFile(filepath.Join(top, "__init__.py")) {
		names = append([]string{filepath.Base(top)}, names...)
		top = filepath.Dir(top)
	}
	if len(names) > 0 {
		m.pkg = strings.Join(names, ".")
		up := filepath.Join(dir, strings.Repeat("../", len(names)))
		m.folders = append(m.folders, place{path: up, only: names[0]})
	}
	for _, a := range allowed {
		m.folders = append(m.folders, place{path: a})
	}
	return m
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// find returns the file of a module, or, as Python does where there is none in any folder,
// the folder that holds modules of its name.
func (m modules) find(name string) (tracer.Source, bool) {
	for _, how := range []func(*os.Root, string, []string) (tracer.Source, bool){findFile, findFolder} {
		if s, ok := m.findBy(name, how); ok {
			return s, true
		}
	}
	return tracer.Source{}, false
}

// findBy looks in one folder after the other.
func (m modules) findBy(name string, how func(root *os.Root, folder string, parts []string) (tracer.Source, bool)) (tracer.Source, bool) {
	parts := strings.Split(name, ".")
	for _, f := range m.folders {
		if f.only != "" && parts[0] != f.only {
			continue
		}
		root, err := os.OpenRoot(f.path)
		if err != nil {
			continue
		}
		source, ok := how(root, f.path, parts)
		root.Close()
		if ok {
			return source, true
		}
	}
	return tracer.Source{}, false
}

// findFile looks for a package, then for a file.
func findFile(root *os.Root, folder string, parts []string) (tracer.Source, bool) {
	name := filepath.Join(parts...)
	whole, around := strings.Join(parts, "."), strings.Join(parts[:len(parts)-1], ".")
	for _, at := range []struct{ path, pkg string }{{filepath.Join(name, "__init__.py"), whole}, {name + ".py", around}} {
		info, err := root.Stat(at.path)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		s := tracer.Source{File: filepath.Join(folder, at.path), Package: at.pkg}
		s.Text, s.Err = readModule(root, at.path)
		return s, true
	}
	return tracer.Source{}, false
}

// findFolder looks for a folder that holds modules.
func findFolder(root *os.Root, folder string, parts []string) (tracer.Source, bool) {
	name := filepath.Join(parts...)
	info, err := root.Stat(name)
	if err != nil || !info.IsDir() || !holdsModules(root, name) {
		return tracer.Source{}, false
	}
	return tracer.Source{File: filepath.Join(folder, name), Package: strings.Join(parts, ".")}, true
}

// holdsModules tells a folder of modules from any other.
func holdsModules(root *os.Root, name string) bool {
	found := errors.New("found")
	const most = 1000
	n := 0
	err := fs.WalkDir(root.FS(), filepath.ToSlash(name), func(path string, d fs.DirEntry, err error) error {
		n++
		switch {
		case err != nil || n > most:
			return fs.SkipAll
		case strings.HasSuffix(path, ".py"):
			return found
		}
		return nil
	})
	return err == found
}

func readModule(root *os.Root, path string) ([]byte, error) {
	file, err := root.Open(path)
	if err != nil {
		return nil, errors.New(cause(err))
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, errors.New(cause(err))
	}
	if info.Size() > limits.RecipeBytes {
		return nil, &limits.Refusal{What: "size of a recipe", Value: info.Size(), Limit: limits.RecipeBytes, Unit: limits.Bytes}
	}
	text := make([]byte, info.Size())
	if _, err := file.ReadAt(text, 0); err != nil {
		return nil, errors.New(cause(err))
	}
	return text, nil
}

// opened is told of a file that was imported. One that is written for PyTorch makes the
// recipe so, too.
func (f *File) opened(m *syntax.Module) {
	if !f.torch && torch.Used(m) {
		f.torch = true
		f.tracer.AddMethods("tensor", f.torchMethods)
		f.tracer.AddMethods("tuple", torch.PairMethods())
	}
}

// alone refuses a recipe that trains and imports a file beside it: its run keeps the text
// of the recipe to go on from, and of nothing else.
func (f *File) alone() {
	at, imported := f.tracer.Imported()
	if f.Job == nil || !imported {
		return
	}
	f.graph.Report(graph.Diagnostic{
		Code: tracer.CodeUnsupported, Pos: f.tracer.Position(at),
		Message: fmt.Sprintf("a recipe that trains is one file, but this one imports %q", f.tracer.Text(at)),
		Notes:   []string{"would   resume a run with whatever that file says then: the run keeps a copy of the recipe alone."},
		Fixes:   []string{"paste what is used of it into the recipe"},
	})
}

// TextOf returns the text of the recipe, or of a file that it imported.
func (f *File) TextOf(path string) []byte {
	text, _ := f.tracer.TextOf(path)
	return text
}
