package nn

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/descent-ml/descent/graph"
)

// Bind names the layers of a model, and with them their parameters, by their place
// in it: "Hidden" for a field, "Encoder[1]" for an element of one, "Block.Left" for
// a field of a field. Layers of a [Chain] that is the whole model are counted by
// kind: "Dense[0]", "Dropout[0]", "Dense[1]"; a single layer is called by its kind.
//
// A layer that is found in two places has the name of the first and one set of
// parameters. Fields that are not exported are not seen; layers there are named by
// kind in the order in which they are first applied, as are those of a model that
// was not bound.
func Bind(g *graph.Graph, model any) { walk(model, g.Bind) }

// walk calls visit with every pointer to a struct in a model, and its name.
func walk(model any, visit func(owner any, name string)) {
	w := walker{visit: visit, seen: map[any]bool{}, kinds: map[string]int{}}
	v := reflect.ValueOf(model)
	for v.Kind() == reflect.Pointer && !v.IsNil() && v.Type().Elem().Kind() != reflect.Struct {
		v = v.Elem()
	}
	if !v.IsValid() {
		return
	}
	if chain, ok := v.Interface().(Chain); ok {
		w.chain(chain)
		return
	}
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		w.owner(v, v.Type().Elem().Name())
		w.fields(v.Elem(), "")
		return
	}
	w.value(v, "")
}

type walker struct {
	visit func(owner any, name string)
	seen  map[any]bool
	kinds map[string]int
}

// chain names the layers of a chain that is the whole model.
func (w *walker) chain(c Chain) {
	for _, l := range c {
		if inner, ok := l.(Chain); ok {
			w.chain(inner)
			continue
		}
		v := reflect.ValueOf(l)
		if !v.IsValid() {
			continue
		}
		t := v.Type()
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		kind := t.Name()
		w.value(v, fmt.Sprintf("%s[%d]", kind, w.kinds[kind]))
		w.kinds[kind]++
	}
}

// value names what v holds, with path as the name of v itself.
func (w *walker) value(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Interface:
		w.value(v.Elem(), path)
	case reflect.Pointer:
		switch {
		case v.IsNil():
		case v.Type().Elem().Kind() != reflect.Struct:
			w.value(v.Elem(), path)
		case w.owner(v, path):
			w.fields(v.Elem(), path)
		}
	case reflect.Struct:
		if v.CanAddr() {
			w.owner(v.Addr(), path)
		}
		w.fields(v, path)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			w.value(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	}
}

// owner names a pointer, unless it has a name: layers may be shared.
func (w *walker) owner(v reflect.Value, name string) (first bool) {
	p := v.Interface()
	if w.seen[p] {
		return false
	}
	w.seen[p] = true
	w.visit(p, name)
	return true
}

func (w *walker) fields(v reflect.Value, path string) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() {
			continue
		}
		name := f.Name
		if path != "" {
			name = path + "." + name
		}
		w.value(v.Field(i), name)
	}
}

// scope is that of a layer: its name, with its kind where the name does not say it.
func scope(name, kind, detail string) graph.Scope {
	if !strings.HasPrefix(name, kind) {
		detail = kind + " " + detail
	}
	return graph.Scope{Name: name, Detail: detail, Layer: true}
}
