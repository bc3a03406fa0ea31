package plan

import "slices"

// buffer is a value in the arena before it has a place: it is alive from the
// stage that first writes it to the last stage that touches it.
type buffer struct {
	len, first, last, off int
	touched               bool
}

// newBuffer returns a reference to n floats of the arena; its base is negative
// until allocate has found the place.
func (b *builder) newBuffer(n int) Ref {
	b.buffers = append(b.buffers, buffer{len: n})
	return Ref{Base: -len(b.buffers), Len: n}
}

// align keeps buffers on cache lines of their own.
const align = 16

// allocate places buffers in the arena so that those alive at the same stage do
// not overlap: the largest first, each at the lowest offset that is free.
func (b *builder) allocate() {
	for s, steps := range b.plan.Stages {
		for i := range steps {
			for _, r := range steps[i].refs() {
				b.touch(r, s)
			}
		}
	}
	end := len(b.plan.Stages)
	for _, r := range b.plan.Outputs {
		b.touch(&r, end)
	}

	bySize := make([]int, len(b.buffers))
	for i := range bySize {
		bySize[i] = i
	}
	slices.SortStableFunc(bySize, func(i, j int) int { return b.buffers[j].len - b.buffers[i].len })
	for k, i := range bySize {
		b.buffers[i].off = b.lowest(&b.buffers[i], bySize[:k])
		b.plan.ArenaLen = max(b.plan.ArenaLen, b.buffers[i].off+b.buffers[i].len)
	}
	for _, steps := range b.plan.Stages {
		for i := range steps {
			for _, r := range steps[i].refs() {
				b.settle(r)
			}
		}
	}
	for name, r := range b.plan.Outputs {
		b.settle(&r)
		b.plan.Outputs[name] = r
	}
}

func (b *builder) touch(r *Ref, stage int) {
	if r.Base >= 0 {
		return
	}
	x := &b.buffers[-r.Base-1]
	if !x.touched {
		x.first, x.touched = stage, true
	}
	x.first, x.last = min(x.first, stage), max(x.last, stage)
}

// settle replaces the name of a buffer by its place.
func (b *builder) settle(r *Ref) {
	if r.Base < 0 {
		r.Off += b.buffers[-r.Base-1].off
		r.Base = Arena
	}
}

// lowest returns the smallest offset at which x overlaps none of the placed
// buffers that live while it does.
func (b *builder) lowest(x *buffer, placed []int) int {
	var busy [][2]int
	for _, i := range placed {
		if y := &b.buffers[i]; y.first <= x.last && x.first <= y.last {
			busy = append(busy, [2]int{y.off, (y.off + y.len + align - 1) / align * align})
		}
	}
	slices.SortFunc(busy, func(p, q [2]int) int { return p[0] - q[0] })
	at := 0
	for _, span := range busy {
		if span[0]-at >= x.len {
			break
		}
		at = max(at, span[1])
	}
	return at
}

// refs lists every reference of a step, for the allocator to fill in. A reference
// may be listed once only.
func (s *Step) refs() []*Ref {
	refs := s.Do.refs()
	for i := range s.Outs {
		refs = append(refs, &s.Outs[i])
	}
	return refs
}

func (w *Gemm) refs() []*Ref {
	refs := []*Ref{&w.A, &w.B, &w.C}
	if w.Bias != nil {
		refs = append(refs, w.Bias)
	}
	if w.Mask != nil {
		refs = append(refs, w.Mask)
	}
	return refs
}

func (w *Elem) refs() []*Ref {
	var refs []*Ref
	for i := range w.Slots {
		if w.Slots[i].Kind != Register {
			refs = append(refs, &w.Slots[i].Ref)
		}
	}
	return refs
}

func (w *Guard) refs() []*Ref {
	refs := make([]*Ref, len(w.Values))
	for i := range refs {
		refs[i] = &w.Values[i]
	}
	return refs
}

func (w *Pack) refs() []*Ref   { return []*Ref{&w.Src, &w.Dst} }
func (w *Move) refs() []*Ref   { return []*Ref{&w.Src, &w.Dst} }
func (w *Fill) refs() []*Ref   { return []*Ref{&w.Dst} }
func (w *Reduce) refs() []*Ref { return []*Ref{&w.Src, &w.Dst} }
func (w *Rows) refs() []*Ref   { return []*Ref{&w.Src, &w.Dst} }
func (w *OneHot) refs() []*Ref { return []*Ref{&w.Src, &w.Dst} }
func (w *ArgMax) refs() []*Ref { return []*Ref{&w.Src, &w.Dst} }
func (w *Random) refs() []*Ref { return []*Ref{&w.Dst} }
