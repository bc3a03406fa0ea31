// Package recipe reads recipes: files in Python's syntax that declare data, model,
// loss and training on one page.
//
//	file, found := recipe.Load("credit.py", recipe.Options{Set: []string{"epochs=5"}})
//	if found.Refused() { ... }
//	result, err := file.Job.Train(ctx)       // what train(...) declared
//	found = file.Diagnose(err)               // errors of the data, at the recipe's words
//
// A recipe is traced by package tracer, from top to bottom; nothing trains while it
// is read. Its words make values ([words] lists them): data = table(...), model =
// mlp(...), a loss, an optimizer, a threshold. train(data, model, ...) declares the
// run, once. A file without it holds a loss to be looked at: [File.CheckLoss].
//
// A recipe reads only files below its own folder, and modules of the package that it
// belongs to; it writes nothing, and ends within the limits of package limits, whoever
// wrote it.
package recipe

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/probe"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/torch"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// Options changes how a recipe is read.
type Options struct {
	Set       []string // NAME=VALUE: a constant at the top of the recipe, or a path through the keywords of train
	Data      string   // the table to use in place of the recipe's, from the current folder
	AllowRead []string // folders that the recipe may read beside its own
	Source    []byte   // its text; nil reads the file. With a run's copy, path only names the recipe and its folder
}

// File is a recipe that was read.
type File struct {
	Path   string // as typed
	Source []byte
	Job    *train.Job    // what train(...) declared; nil without it, or when it was refused
	Output string        // what the file printed, and the values of its top level's expressions
	Tried  graph.Shape   // of the prediction that CheckLoss tried and compared slopes on, where that is smaller than the one proved; else nil
	Probe  *probe.Report // what CheckLoss tried the loss on; nil where it could not
	Slopes *graph.Slopes // what CheckLoss found of the loss's derivatives; nil where it could not

	options  Options
	tracer   *tracer.Tracer
	graph    *graph.Graph // of the file's top level; holds its diagnostics
	settings []*setting
	data     *source // of the job

	likelihood loss.Likelihood // of the columns of the table, for an objective
	called     syntax.Span     // the call of train
	fitted     *fitted         // a fragment's call of fit, on a model that it does not define
	absent     []string        // what the fragment names and does not define
	torch      bool            // the file is written for PyTorch

	torchMethods []*tracer.Builtin // of its tensors
}

// Load reads and traces the recipe at path. The diagnostics are in the order of the
// file; those that are errors mean that it is refused, and then what could be
// declared is returned all the same, so that a check can find further mistakes. The
// file is nil when it could not be read or is not Python.
func Load(path string, o Options) (*File, graph.Diagnostics) {
	source := o.Source
	if source == nil {
		var refusal *graph.Diagnostic
		if source, refusal = read(path); refusal != nil {
			return nil, graph.Diagnostics{refusal}
		}
	}
	f := &File{Path: path, Source: source, options: o, graph: graph.New(graph.Inference)}
	f.graph.Language = graph.Python
	modules, names, methods := f.dialects()
	f.torchMethods = methods
	maps.Copy(names, f.words())
	files := modulesBeside(path, o.AllowRead)
	t, found := tracer.New(tracer.Config{
		File: path, Source: source, Graph: f.graph, Names: names, Modules: modules, Binary: f.combine,
		Find: files.find, Package: files.pkg, Opened: f.opened,
	})
	if t == nil {
		return nil, found
	}
	f.tracer = t
	f.speak()
	f.readSettings()
	f.bindAbsent()
	t.Run()
	f.alone()
	f.checkSettings()
	if f.Job == nil {
		f.Output = t.Output() + f.lastValue()
		f.warnOfSampling()
		f.noteAbsent()
	}
	return f, f.found()
}

// found returns the diagnostics of the top level in the order of the file.
func (f *File) found() graph.Diagnostics {
	ds := slices.Clone(f.graph.Diagnostics())
	ds = append(ds, f.tracer.Unreached(ds)...)
	if f.torch {
		for _, d := range ds {
			torch.Translate(d)
		}
	}
	slices.SortStableFunc(ds, func(a, b *graph.Diagnostic) int {
		if a.Pos.File != b.Pos.File {
			return 0
		}
		if d := a.Pos.Line - b.Pos.Line; d != 0 {
			return d
		}
		return a.Pos.Col - b.Pos.Col
	})
	return ds
}

// read returns the bytes of a regular file, at most one more than a recipe may have.
func read(path string) ([]byte, *graph.Diagnostic) {
	unreadable := func(why string, fixes ...string) *graph.Diagnostic {
		return &graph.Diagnostic{Code: CodeUnreadable, Pos: graph.Position{File: path}, Message: why, Fixes: fixes}
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, unreadable("there is no such file", beside(path)...)
	case err != nil:
		return nil, unreadable(cause(err))
	case info.IsDir():
		return nil, unreadable("this is a folder, not a recipe", beside(filepath.Join(path, "x"))...)
	case !info.Mode().IsRegular():
		return nil, unreadable("this is not a regular file")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, unreadable(cause(err))
	}
	defer file.Close()
	source := make([]byte, min(info.Size(), limits.RecipeBytes+1))
	n, err := file.ReadAt(source, 0)
	if err != nil && n < len(source) {
		return nil, unreadable(cause(err))
	}
	return source, nil
}

// cause is what the system said, without the path that is printed before it.
func cause(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}

// beside offers the recipes in the folder of a path that is not there, the nearest
// name first.
func beside(path string) []string {
	dir := filepath.Dir(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".py") && e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	if near, ok := tracer.Nearest(filepath.Base(path), names); ok {
		return []string{filepath.Join(dir, near)}
	}
	const shown = 5
	switch {
	case len(names) == 0:
		return nil
	case len(names) > shown:
		names = append(names[:shown], fmt.Sprintf("and %d more", len(names)-shown))
	}
	return []string{"one of those beside it: " + strings.Join(names, ", ")}
}

// CodeUnreadable and the other codes of this package.
const (
	CodeUnreadable   graph.Code = "unreadable"     // the recipe is not there, or cannot be read
	CodeOutside      graph.Code = "outside-folder" // a recipe reads outside its folder
	CodeNoFile       graph.Code = "no-file"        // a table is not there
	CodeTrainTwice   graph.Code = "train-twice"
	CodeSetUnknown   graph.Code = "set-unknown"   // --set names what the recipe does not have
	CodeSetAmbiguous graph.Code = "set-ambiguous" // --set names a constant and a keyword at once
	CodeSetValue     graph.Code = "set-value"     // the value of --set is no Python literal
	CodeNoLoss       graph.Code = "no-loss"       // a file holds no loss to check
	CodeBatchwise    graph.Code = "batchwise"     // a note: a loss is of the batch and not of its rows
	CodeWhichLoss    graph.Code = "which-loss"    // a note: a file holds several losses to check
	CodeNotDefined   graph.Code = "not-defined"   // a note: a fragment fits a model that it does not define
	CodeNotProved    graph.Code = "not-proved"    // a note: a loss was read, but for no shapes
	CodeMemory       graph.Code = "memory-limit"  // a model does not fit the memory
)
