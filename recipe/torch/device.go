package torch

import (
	"strconv"
	"strings"

	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// device is what torch.device gives: the name of a place. Every tensor is on the
// processor; moving it has no effect.
type device struct{ name string }

// newDevice is torch.device("cuda:0"), torch.device("cuda", 0), or torch.device(another).
func newDevice(c *tracer.Call) tracer.Value {
	if d, ok := c.Arg(0).(device); ok {
		return d
	}
	name := c.Str(0)
	if !c.IsNone(1) {
		name += ":" + strconv.Itoa(c.Int(1))
	}
	return device{name}
}

// TypeName implements [tracer.Named].
func (device) TypeName() string { return "torch.device" }

func (d device) String() string { return d.name }

// Attr implements [tracer.Attributer].
func (d device) Attr(_ *tracer.Tracer, name string, _ syntax.Span) (tracer.Value, bool) {
	kind, index, indexed := strings.Cut(d.name, ":")
	switch name {
	case "type":
		return tracer.Str(kind), true
	case "index":
		if n, err := strconv.Atoi(index); indexed && err == nil {
			return tracer.NewInt(int64(n)), true
		}
		return tracer.None{}, true
	}
	return nil, false
}

// Attrs implements [tracer.Attributer].
func (device) Attrs() []string { return []string{"type", "index"} }
