package plan

import (
	"slices"

	"github.com/descent-ml/descent/graph"
)

// Images that are put beside each other, or of which some channels are taken, need not be
// copied if all who read them can step over the channels that are not theirs: they are a
// part of the whole.
type part struct {
	of   *graph.Node // the whole; nil for images that lie on their own
	from int         // first channel
}

const channelAxis = 3

// partOf returns which part of other images n is.
func (b *builder) partOf(n *graph.Node) part {
	known, ok := b.parts[n]
	if !ok {
		known = b.findPart(n)
		b.parts[n] = known
	}
	return known
}

func (b *builder) findPart(n *graph.Node) part {
	if n.Rank() != 4 || b.root[n] || b.size(n) == 0 {
		return part{}
	}
	switch {
	case b.pooled[n] != nil:
		return b.partOf(b.pooled[n].skip)
	case b.takesChannels(n):
		if b.readAsImages(n, nil) {
			return part{n.In(0), n.Attrs().Start.At(b.rows)}
		}
	case b.fused[n] != nil && isConv(b.fused[n].mul):
		for _, c := range b.users[n] {
			if c.Op().Name() == "Concat" && c.Attrs().Axis == channelAxis && b.readAsImages(n, c) {
				return part{c, b.firstChannel(c, n)}
			}
		}
	}
	return part{}
}

// takesChannels reports whether n is some channels of images that lie on their own.
func (b *builder) takesChannels(n *graph.Node) bool {
	if n.Op().Name() != "Slice" || n.Rank() != 4 || n.Attrs().Axis != channelAxis {
		return false
	}
	if _, _, isView := b.view(n); isView {
		return false
	}
	whole := n.In(0)
	return b.fused[whole] != nil && isConv(b.fused[whole].mul) && b.partOf(whole).of == nil
}

// takenChannels reports whether n is a part of what it takes channels of.
func (b *builder) takenChannels(n *graph.Node) bool {
	return b.takesChannels(n) && b.partOf(n).of != nil
}

// firstChannel returns the place of n within a concatenation.
func (b *builder) firstChannel(c, n *graph.Node) int {
	from := 0
	for _, x := range c.Inputs() {
		if x == n {
			break
		}
		from += b.dims(x)[channelAxis]
	}
	return from
}

// readAsImages reports whether all who read n take it as images with any distance
// between pixels. Inside may be one concatenation, once.
func (b *builder) readAsImages(n, inside *graph.Node) bool {
	times := 0
	for _, u := range b.users[n] {
		if u == inside {
			times++
			continue
		}
		if !b.takesImages(u, n) {
			return false
		}
	}
	return times <= 1
}

// takesImages reports whether the step of reader u takes n as images.
func (b *builder) takesImages(u, n *graph.Node) bool {
	last := b.lastOf(u)
	if p := b.pooled[last]; p != nil {
		return true
	}
	if p := b.fused[last]; p != nil {
		return isConv(p.mul) && p.mul.In(1) != n && p.bias != n
	}
	switch u.Op().Name() {
	case "Conv2DFilter", "MaxPool2D", "AvgPool2D", "MaxPool2DGrad", "AvgPool2DGrad":
		return true
	case "Sum":
		_, _, isView := b.view(u)
		_, _, cols, ok := b.form(u).matrix()
		return ok && !isView && cols == b.dims(n)[channelAxis] && cols > 1 && !slices.Contains(u.Attrs().Axes, channelAxis)
	}
	return false
}

// images returns where n's images are, or will be.
func (b *builder) images(n *graph.Node) Images {
	d := b.dims(n)
	m := Images{N: d[0], H: d[1], W: d[2], C: d[3]}
	p := b.partOf(n)
	if p.of == nil {
		m.Ref = b.memory(n)
		return m
	}
	whole := b.ownMemory(p.of)
	m.Pixel = b.dims(p.of)[channelAxis]
	m.Ref = whole.at(p.from, whole.Len-p.from)
	return m
}

// ownMemory returns the memory of images that lie on their own, which it gets when it
// is first asked for.
func (b *builder) ownMemory(n *graph.Node) Ref {
	if _, ok := b.ref[n]; !ok {
		b.ref[n] = b.newBuffer(b.size(n))
	}
	return b.ref[n]
}

// pooled is the derivative of a pooling that is added to the one of a skip connection, in
// its place, and then masked by a ReLU.
type pooled struct {
	grad, skip, mask *graph.Node
}

// fusePooling finds these sums: ReluGrad(mask, MaxPool2DGrad + Slice).
func (b *builder) fusePooling() {
	for _, last := range b.order {
		if last.Op().Name() != "ReluGrad" {
			continue
		}
		sum := last.In(1)
		if sum.Op().Name() != "Add" || b.onlyReader(sum) != last {
			continue
		}
		for i := range 2 {
			p := &pooled{sum.In(i), sum.In(1 - i), last.In(0)}
			if p.grad.Op().Name() != "MaxPool2DGrad" || b.onlyReader(p.grad) != sum || b.onlyReader(p.skip) != sum || !b.takesChannels(p.skip) || !b.apart(p.skip) {
				continue
			}
			b.pooled[last] = p
			if b.readAsImages(last, nil) {
				b.absorb(sum)
				b.absorb(p.grad)
				break
			}
			delete(b.pooled, last)
		}
	}
}

// apart reports whether all who read the images that some channels are taken of take
// others.
func (b *builder) apart(channels *graph.Node) bool {
	whole := channels.In(0)
	from := channels.Attrs().Start.At(b.rows)
	to := from + b.dims(channels)[channelAxis]
	if b.root[whole] {
		return false
	}
	for _, u := range b.users[whole] {
		if u == channels {
			continue
		}
		start := 0
		if u.Op().Name() == "Slice" {
			start = u.Attrs().Start.At(b.rows)
		}
		if u.Op().Name() != "Slice" || u.Attrs().Axis != channelAxis || start < to && from < start+b.dims(u)[channelAxis] {
			return false
		}
	}
	return true
}
