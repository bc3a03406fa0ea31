package tracer

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/recipe/syntax"
)

// Config is what a file is traced with.
type Config struct {
	File   string // its name in messages
	Source []byte
	Graph  *graph.Graph // where the tensors made by the file's top level go, and all messages of it

	Names   map[string]Value   // what the file may name beside Python's own builtins
	Modules map[string]*Module // what it may import, by dotted name

	// Find returns a file that import finds beside this one; nil where nothing else can
	// be imported. Package is the package that this file belongs to, for relative imports.
	Find    func(module string) (Source, bool)
	Package string
	// Opened is told of each file that was imported.
	Opened func(m *syntax.Module)

	// Binary gives values of the host operators: it is asked before an operator is
	// refused. ok is false where it has no answer either.
	Binary func(t *Tracer, op syntax.Operator, a, b Value, at syntax.Span) (v Value, ok bool)

	Limits Limits
}

// Limits bounds one trace, and each call into the file afterwards. A zero field
// means the bound of package limits.
type Limits struct {
	Steps  int // statements, calls and turns of loops
	Memory int // bytes of all values made
	Depth  int // calls inside one another
	Nodes  int // nodes of the graph
	Time   time.Duration
}

func (l Limits) withDefaults() Limits {
	def := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	def(&l.Steps, limits.RecipeSteps)
	def(&l.Memory, limits.RecipeMemory)
	def(&l.Depth, limits.RecipeDepth)
	def(&l.Nodes, limits.RecipeNodes)
	if l.Time == 0 {
		l.Time = limits.RecipeTime
	}
	return l
}

// maxNesting bounds how deep the tracer itself recurses: expressions inside calls
// inside expressions. maxErrors is how many mistakes are reported.
// reportSteps is what a message costs, since a loop may make the same one for ever.
const (
	maxNesting  = 5000
	maxErrors   = 100
	reportSteps = 100
)

// Tracer evaluates one file.
type Tracer struct {
	config      Config
	units       []*unit // the file, and those that it imported
	g           *graph.Graph
	globals     *env
	scopes      map[syntax.Node]*scope
	notes       map[string]bool // what is said once a file
	loaded      map[string]*Module
	loading     bool                         // the top level of an imported file runs
	lacking     []lack                       // what it needed and is not here
	unreached   graph.Diagnostics            // of the precheck
	elsewhere   []*elsewhere                 // what was imported and is not here
	firstImport syntax.Span                  // of a file beside this one
	unsupported map[syntax.Pos]*syntax.Error // what is refused where it is reached, by where it begins
	frame       *frame                       // the innermost call
	out         strings.Builder
	overrides   map[*syntax.Assign]Value // what assignments give in place of their value
	builtins    map[string]Value
	methodTable map[string]map[string]*Builtin
	stops       []func() // ends generators that were not read to their end

	steps, memory, depth, nesting, errors int
	deadline                              time.Time

	frozen   bool  // no gradient leaves what is computed now
	stepping bool  // a training loop or step is traced: see [Tracer.Stepping]
	turns    []int // of the loops that run now

	changes      changes
	narrow       map[*graph.Node]Narrow // whole numbers of few bits
	draws        map[string]drawn       // of random nodes of the top level, by their names
	seed, seeded uint64                 // of further draws, and how many there were when it was set

	lastGraph *graph.Graph // of the node made last
	lastNode  int          // its number
}

// frame is one call of a function of the file.
type frame struct {
	fn    *Function
	self  Value // its first argument
	outer *frame
}

// New reads a file. Where it is not Python, the diagnostics say why and the Tracer
// is nil.
func New(c Config) (*Tracer, graph.Diagnostics) {
	c.Limits = c.Limits.withDefaults()
	t := &Tracer{
		config: c, g: c.Graph, loaded: map[string]*Module{}, unsupported: map[syntax.Pos]*syntax.Error{},
		scopes: map[syntax.Node]*scope{}, notes: map[string]bool{}, draws: map[string]drawn{}, changes: newChanges(), narrow: map[*graph.Node]Narrow{},
		builtins: pythonNames(), deadline: time.Now().Add(c.Limits.Time),
	}
	u, errs := t.parse(Source{File: c.File, Text: c.Source, Package: c.Package})
	if len(errs) > 0 {
		var ds graph.Diagnostics
		for _, e := range errs {
			d := diagnostic(e)
			d.Pos = t.Position(syntax.Span{Start: e.Start, End: e.End})
			ds = append(ds, &d)
		}
		return nil, ds
	}
	t.globals = u.env
	t.globals.vars["__name__"] = Str("__main__")
	return t, nil
}

// diagnostic is an error of the parser, without its place.
func diagnostic(e *syntax.Error) graph.Diagnostic {
	return graph.Diagnostic{Code: graph.Code(e.Kind.String()), Message: e.Msg, Fixes: orFixes(e.Fixes)}
}

// orFixes begins every fix but the first with "or".
func orFixes(fixes []string) []string {
	out := make([]string, len(fixes))
	for i, f := range fixes {
		if i > 0 {
			f = "or " + f
		}
		out[i] = f
	}
	return out
}

// Run evaluates the file from top to bottom. A statement that is refused, or raises
// an exception, does not keep the next ones from being looked at.
func (t *Tracer) Run() {
	t.guard(func() {
		for _, s := range t.Module().Body {
			t.exec(t.globals, s)
		}
	})
}

// Global returns the value of a name of the file's top level.
func (t *Tracer) Global(name string) (Value, bool) {
	v, ok := t.globals.vars[name]
	return v, ok
}

// Set gives a name of the top level a value, before Run or after it.
func (t *Tracer) Set(name string, v Value) { t.globals.vars[name] = v }

// Override makes an assignment give v, whatever the file says. It is called before Run.
func (t *Tracer) Override(s *syntax.Assign, v Value) {
	if t.overrides == nil {
		t.overrides = map[*syntax.Assign]Value{}
	}
	t.overrides[s] = v
}

// Module returns the file's tree.
func (t *Tracer) Module() *syntax.Module { return t.units[0].module }

// Output returns what the file printed.
func (t *Tracer) Output() string { return t.out.String() }

// Graph returns the graph that tensors are made in now.
func (t *Tracer) Graph() *graph.Graph { return t.g }

// TopLevel reports whether that is the graph of the file's top level.
func (t *Tracer) TopLevel() bool { return t.g == t.config.Graph }

// Invoke calls a function of the file with its tensors going to graph g: the way
// from a loss in training back into the file. The limits count from zero again.
func (t *Tracer) Invoke(g *graph.Graph, f Value, at syntax.Span, args ...Value) (result Value) {
	result = Poison
	t.in(g, func() {
		result = t.call(f, args, nil, at)
		if n, ok := t.Tensor(result, at); ok && isTensor(result) {
			result = n // in g, also where it is a constant of the top level
		}
	})
	return result
}

// in runs f with tensors going to graph g, and limits of its own.
func (t *Tracer) in(g *graph.Graph, f func()) {
	oldGraph, steps, memory, deadline := t.g, t.steps, t.memory, t.deadline
	defer func() { t.g, t.steps, t.memory, t.deadline = oldGraph, steps, memory, deadline }()
	t.g, t.steps, t.memory, t.deadline = g, 0, 0, time.Now().Add(t.config.Limits.Time)
	t.guard(f)
}

// stopped unwinds the tracer after a limit was hit; it never leaves the package.
type stopped struct{}

// Guard runs calls into the file from outside of Run, up to their end or a limit.
func (t *Tracer) Guard(f func()) { t.guard(f) }

// guard runs f up to its end or to a limit.
func (t *Tracer) guard(f func()) {
	frame, depth, nesting, g, frozen := t.frame, t.depth, t.nesting, t.g, t.frozen
	loading, lacking, stepping, turns := t.loading, t.lacking, t.stepping, t.turns
	defer func() {
		t.frame, t.depth, t.nesting, t.g, t.frozen = frame, depth, nesting, g, frozen
		t.loading, t.lacking, t.stepping, t.turns = loading, lacking, stepping, turns
		for _, stop := range t.stops {
			stop()
		}
		t.stops = nil
		if r := recover(); r != nil {
			if _, ok := r.(stopped); !ok {
				panic(r)
			}
		}
	}()
	f()
}

// Position returns where a part of the file stands.
func (t *Tracer) Position(at syntax.Span) graph.Position {
	return graph.Position{
		File: t.units[at.Start.File].file, Line: at.Start.Line, Col: at.Start.Col, EndLine: at.End.Line, EndCol: at.End.Col,
	}
}

// Text returns a part of the file as it is written.
func (t *Tracer) Text(at syntax.Span) string {
	return t.units[at.Start.File].text[at.Start.Offset:at.End.Offset]
}

// Brief is Text in one line of at most 60 characters.
func (t *Tracer) Brief(at syntax.Span) string {
	r := []rune(strings.Join(strings.Fields(t.Text(at)), " "))
	if len(r) > 60 {
		return string(r[:57]) + "..."
	}
	return string(r)
}

// Report adds a diagnostic at a place of the file, and returns Poison when it is
// an error.
func (t *Tracer) Report(at syntax.Span, d graph.Diagnostic) Value {
	t.work(at, 64*reportSteps)
	return t.reportAt(t.Position(at), d)
}

func (t *Tracer) reportAt(pos graph.Position, d graph.Diagnostic) Value {
	d.Pos = pos
	before := len(t.g.Diagnostics())
	t.g.Report(d)
	if len(t.g.Diagnostics()) > before && d.Severity == graph.Error {
		if t.errors++; t.errors == maxErrors {
			t.g.Report(graph.Diagnostic{Code: CodeLimit, Pos: d.Pos, Message: fmt.Sprintf("more than %d errors: reading stops here", maxErrors)})
			panic(stopped{})
		}
	}
	return Poison
}

// Refuse reports an error in one line, and returns Poison.
func (t *Tracer) Refuse(at syntax.Span, code graph.Code, format string, args ...any) Value {
	return t.Report(at, graph.Diagnostic{Code: code, Message: fmt.Sprintf(format, args...)})
}

// note says something once a file.
func (t *Tracer) note(at syntax.Span, code graph.Code, once, message string) {
	if !t.notes[once] {
		t.notes[once] = true
		t.Report(at, graph.Diagnostic{Code: code, Severity: graph.Note, Message: message})
	}
}

// exceed reports a limit and ends the trace.
func (t *Tracer) exceed(at syntax.Span, r limits.Refusal) {
	t.g.Report(graph.Diagnostic{Code: CodeLimit, Pos: t.Position(at), Message: r.Error()})
	panic(stopped{})
}

// step counts one statement, call or turn of a loop.
func (t *Tracer) step(at syntax.Span) {
	if t.steps++; t.steps&1023 == 0 {
		t.checkTime(at)
	}
	if t.steps > t.config.Limits.Steps {
		t.exceed(at, limits.Refusal{What: "steps", Limit: int64(t.config.Limits.Steps)})
	}
}

// work counts steps for the n elements that a builtin looks at, before it does.
func (t *Tracer) work(at syntax.Span, n int) {
	if n < 64 {
		return
	}
	t.steps += n / 64
	t.checkTime(at)
	if t.steps > t.config.Limits.Steps {
		t.exceed(at, limits.Refusal{What: "steps", Limit: int64(t.config.Limits.Steps)})
	}
}

func (t *Tracer) checkTime(at syntax.Span) {
	if limit := t.config.Limits.Time; time.Now().After(t.deadline) {
		t.exceed(at, limits.Refusal{What: "time of one trace", Limit: int64(limit.Seconds()), Unit: limits.Seconds})
	}
}

// charge counts the bytes of a value before it is made.
func (t *Tracer) charge(at syntax.Span, bytes int) {
	if t.charge64(at, int64(bytes), 1); t.memory > t.config.Limits.Memory {
		t.exceed(at, limits.Refusal{
			What: "memory of all values", Value: int64(t.memory), Limit: int64(t.config.Limits.Memory), Unit: limits.Bytes,
		})
	}
}

// charge64 counts n times size bytes, whose product may be beyond any integer.
func (t *Tracer) charge64(at syntax.Span, n, size int64) {
	limit := int64(t.config.Limits.Memory)
	if n > limit/size {
		r := limits.Refusal{What: "memory of all values", Limit: limit, Unit: limits.Bytes}
		if n < math.MaxInt64 { // else only "more" is known
			r.Value, _ = limits.Mul64(n, size)
		}
		t.exceed(at, r)
	}
	t.memory += int(n * size)
}

// Sizes that values are charged with: at least what Go allocates for them.
const (
	slotBytes  = 40  // an element of a list, which grows by doubling
	entryBytes = 160 // an entry of a dict or set
	frameBytes = 400 // a call
	nodeBytes  = 700 // a node of the graph
)
