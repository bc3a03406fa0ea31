package program

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/kernel"
)

// State is the parameters of one or more programs, by name, in one flat arena of
// float32. It is used by one goroutine at a time. Matrices lie there in the order in
// which products read them; a [Value] gives and takes them row by row.
type State struct {
	seed   uint64
	arena  []float32
	values []Value
	byName map[string]int
	fixed  bool // programs hold the arena: it may not move any more
}

// Value is one parameter.
type Value struct {
	Name   string
	Shape  []int
	Frozen bool      // not moved by gradients: moments, running statistics
	data   []float32 // a view into the arena
	off    int
}

// Len returns how many numbers the parameter has.
func (v Value) Len() int { return len(v.data) }

// Numbers returns the parameter row by row: the memory itself where it is in that
// order, else a copy. A change counts once it is given to Set.
func (v Value) Numbers() []float32 {
	if !kernel.InOrder(v.Shape) {
		return v.data
	}
	numbers := make([]float32, len(v.data))
	v.Read(numbers)
	return numbers
}

// Read copies the parameter to dst, row by row.
func (v Value) Read(dst []float32) {
	if !kernel.InOrder(v.Shape) {
		copy(dst, v.data)
		return
	}
	rows, cols := v.Shape[0], v.Shape[1]
	kernel.Default().Pack(kernel.RowMajor(dst, cols), kernel.Packed(v.data, rows), rows, cols, 0, kernel.Panels(cols))
}

// Set gives the parameter the numbers of src, row by row.
func (v Value) Set(src []float32) {
	if !kernel.InOrder(v.Shape) {
		copy(v.data, src)
		return
	}
	rows, cols := v.Shape[0], v.Shape[1]
	kernel.Default().Pack(kernel.Packed(v.data, rows), kernel.RowMajor(src, cols), rows, cols, 0, kernel.Panels(cols))
}

// align keeps parameters on cache lines of their own.
const align = 16

// NewState holds the given parameters, filled by their initialisers from the seed.
func NewState(seed uint64, params ...*graph.Node) *State {
	s := &State{seed: seed, byName: map[string]int{}}
	s.Add(params...)
	return s
}

// Add appends parameters that the state lacks. Values obtained before are views
// of the old arena and must be fetched again; so State.Add comes before Compile.
func (s *State) Add(params ...*graph.Node) error {
	grown := len(s.arena)
	var fresh []Value
	var initial [][]float32
	for _, n := range params {
		p, ok := n.Param()
		if !ok {
			return fmt.Errorf("program: %s is not a parameter", n.Display())
		}
		if _, known := s.byName[p.Name]; known {
			continue
		}
		size := graph.Size(p.Shape)
		s.byName[p.Name] = len(s.values) + len(fresh)
		fresh = append(fresh, Value{Name: p.Name, Shape: p.Shape, Frozen: p.Frozen, off: grown})
		initial = append(initial, s.initial(p))
		grown += (size + align - 1) / align * align
	}
	if len(fresh) == 0 {
		return nil
	}
	if s.fixed {
		return fmt.Errorf("program: parameter %s comes after a program was compiled; add all parameters first", fresh[0].Name)
	}
	arena := make([]float32, grown)
	copy(arena, s.arena)
	s.arena = arena
	known := len(s.values)
	s.values = append(s.values, fresh...)
	for i := range s.values {
		v := &s.values[i]
		n := graph.Size(v.Shape)
		v.data = arena[v.off : v.off+n : v.off+n]
		if i >= known {
			v.Set(initial[i-known])
		}
	}
	return nil
}

func (s *State) initial(p graph.Param) []float32 {
	data := make([]float32, graph.Size(p.Shape))
	if p.Init != nil {
		p.Init.Fill(data, p.Shape, s.seed, p.Name)
	}
	return data
}

// Names lists the parameters in the order in which they were added.
func (s *State) Names() []string {
	names := make([]string, len(s.values))
	for i, v := range s.values {
		names[i] = v.Name
	}
	return names
}

// Get returns the parameter of that name.
func (s *State) Get(name string) (Value, bool) {
	i, ok := s.byName[name]
	if !ok {
		return Value{}, false
	}
	return s.values[i], true
}

// Count returns how many numbers gradients train.
func (s *State) Count() int {
	n := 0
	for _, v := range s.values {
		if !v.Frozen {
			n += len(v.data)
		}
	}
	return n
}

// Bytes is the memory that all parameters take.
func (s *State) Bytes() int64 { return 4 * int64(len(s.arena)) }

func (s *State) place(name string) (off, n int, ok bool) {
	v, ok := s.Get(name)
	return v.off, len(v.data), ok
}
