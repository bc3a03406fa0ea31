package tracer

import (
	"fmt"
	"math"
	"math/big"
	"strings"
)

// Dict is Python's dict: keys in the order in which they came.
type Dict struct {
	index map[any]int
	keys  []Value
	vals  []Value
	dead  int // entries that were deleted; their key is nil

	changed func(key, val Value) // is told of every change, val nil for what was deleted
}

// NewDict returns an empty dict.
func NewDict() *Dict { return &Dict{index: map[any]int{}} }

// Watch has changed called with every entry that is set from now on, and with a nil value
// for one that is deleted: for a dict that shows what something else holds.
func (d *Dict) Watch(changed func(key, val Value)) { d.changed = changed }

// Set is Python's set. It goes over its elements in the order in which they came,
// where Python's order is any.
type Set struct{ dict *Dict }

// Len returns the number of entries.
func (d *Dict) Len() int { return len(d.keys) - d.dead }

// Get returns the value of a key that can be hashed.
func (d *Dict) Get(key Value) (Value, bool) {
	h, ok := hash(key)
	if !ok {
		return nil, false
	}
	i, ok := d.index[h]
	if !ok {
		return nil, false
	}
	return d.vals[i], true
}

// Put sets the value of a key; ok is false where it cannot be hashed.
func (d *Dict) Put(key, val Value) (ok bool) {
	h, ok := hash(key)
	if !ok {
		return false
	}
	if d.changed != nil {
		d.changed(key, val)
	}
	if i, found := d.index[h]; found {
		d.vals[i] = val
		return true
	}
	d.index[h] = len(d.keys)
	d.keys, d.vals = append(d.keys, key), append(d.vals, val)
	return true
}

// delete removes a key, and reports whether it was there.
func (d *Dict) delete(key Value) bool {
	h, _ := hash(key)
	i, ok := d.index[h]
	if !ok {
		return false
	}
	if d.changed != nil {
		d.changed(key, nil)
	}
	delete(d.index, h)
	d.keys[i], d.vals[i] = nil, nil
	d.dead++
	if d.dead > 32 && d.dead > len(d.keys)/2 {
		d.compact()
	}
	return true
}

func (d *Dict) compact() {
	fresh := NewDict()
	d.Each(func(k, v Value) { fresh.Put(k, v) })
	fresh.changed = d.changed
	*d = *fresh
}

// Each calls f for every entry, in order.
func (d *Dict) Each(f func(key, val Value)) {
	for i, k := range d.keys {
		if k != nil {
			f(k, d.vals[i])
		}
	}
}

func (d *Dict) copy() *Dict {
	out := NewDict()
	d.Each(func(k, v Value) { out.Put(k, v) })
	return out
}

// dictView is d.keys(), d.values() or d.items().
type dictView struct {
	dict *Dict
	what string
}

func (v *dictView) elems() []Value {
	out := make([]Value, 0, v.dict.Len())
	v.dict.Each(func(key, val Value) {
		switch v.what {
		case "keys":
			out = append(out, key)
		case "values":
			out = append(out, val)
		default:
			out = append(out, Tuple{key, val})
		}
	})
	return out
}

// maxHashed is how many elements, nested ones included, a key may have.
const maxHashed = 10_000

// hash maps a value to a Go value that is equal for keys that are equal in
// Python: 1, 1.0 and True are one key. ok is false for values that can change.
func hash(v Value) (h any, ok bool) {
	left := maxHashed
	return hashUpTo(v, &left)
}

func hashUpTo(v Value, left *int) (h any, ok bool) {
	switch v := v.(type) {
	case Bool, Int:
		i, _, _ := number(v)
		return hashInt(i), true
	case Float:
		return hashFloat(float64(v)), true
	case Str, None, Ellipsis, Range, DType, Length:
		return v, true
	case Tuple:
		var b strings.Builder
		for _, e := range v {
			h, ok := hashUpTo(e, left)
			if *left--; !ok || *left < 0 {
				return nil, false
			}
			text := hashText(h)
			*left -= len(text) / 16
			fmt.Fprintf(&b, "%d:%s", len(text), text)
		}
		return hashedTuple(b.String()), true
	case *List, *Dict, *Set, *dictView, Slice, poisoned:
		return nil, false
	}
	return v, true // by identity
}

// hashText tells hashes of all types apart.
func hashText(h any) string {
	switch h.(type) {
	case int64, float64, hashedInt, hashedTuple, Str, None, Ellipsis, Range, DType, Length:
		return fmt.Sprintf("%T:%v", h, h)
	}
	return fmt.Sprintf("%T:%p", h, h)
}

type (
	hashedTuple string
	hashedInt   string
)

func hashInt(i *big.Int) any {
	if i.IsInt64() {
		return i.Int64()
	}
	return hashedInt(i.Text(62))
}

func hashFloat(f float64) any {
	switch {
	case math.IsNaN(f):
		return &f // not equal to itself
	case f == math.Trunc(f) && !math.IsInf(f, 0):
		i, _ := big.NewFloat(f).Int(nil)
		return hashInt(i)
	}
	return f
}
