package nn

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// GroupNorm is y = γ·(x − m)/√(v + ε) + β, with mean m and variance v over the channels
// of a group and all pixels of an image.   x: [N ... Size] → y: [N ... Size]
//
// An image's result does not depend on the others of the batch, in training neither, so
// it can be trained in parts of a batch, and on batches of one.
// Its parameters are NAME.Gamma and NAME.Beta, [Size] each.
// Source: Wu & He, "Group Normalization", ECCV 2018. With a group for each channel it is
// instance normalization, of Ulyanov, Vedaldi & Lempitsky (2016).
type GroupNorm struct {
	Size   int     // channels
	Groups int     // a divisor of Size; 0 for the largest one up to 8
	Eps    float64 // ε > 0; 0 for 1e-5
}

// Forward applies the layer.
func (l *GroupNorm) Forward(x *graph.Node) *graph.Node {
	if x.Poisoned() {
		return x
	}
	g := x.Graph()
	name := g.NameOf(l, "GroupNorm")
	size, _ := l.describe()
	defer g.Enter(scope(name, "GroupNorm", size))()
	n := norm{name: name, size: l.Size, eps: or(l.Eps, 1e-5)}
	if refused := n.refused(x, "nn.GroupNorm{Size: %v}"); refused != nil {
		return refused
	}
	groups := l.groups()
	if groups < 1 || l.Size%groups != 0 {
		return g.Poison(graph.Diagnostic{
			Code:    CodeArgument,
			Message: fmt.Sprintf("%s: %d channels do not make %d groups", name, l.Size, groups),
			Fixes:   []string{fmt.Sprintf("Groups: %d", largestDivisor(l.Size, max(1, groups)))},
		})
	}
	centred := x.Sub(n.ofGroups(x, groups))
	return n.scaled(centred, n.ofGroups(centred.Square(), groups))
}

// ofGroups returns the mean of x [N ... Size] over the pixels and the channels of each
// group, [N 1 ... Size]. Pixels come first, since their sums lie side by side.
func (n norm) ofGroups(x *graph.Node, groups int) *graph.Node {
	s := x.Shape()
	mean := x
	if len(s) > 2 {
		pixels := make([]int, len(s)-2)
		for i := range pixels {
			pixels[i] = i + 1
		}
		mean = x.Mean(pixels...)
	}
	each := graph.Fixed(n.size / groups)
	mean = mean.ReshapeTo(graph.Shape{s[0], graph.Fixed(groups), each}).MeanKeep(2)
	mean = mean.BroadcastTo(graph.Shape{s[0], graph.Fixed(groups), each})
	shape := graph.Shape{s[0]}
	for range len(s) - 2 {
		shape = append(shape, graph.Fixed(1))
	}
	return mean.ReshapeTo(append(shape, graph.Fixed(n.size)))
}

func (l *GroupNorm) groups() int {
	if l.Groups != 0 {
		return l.Groups
	}
	return largestDivisor(l.Size, 8)
}

// largestDivisor returns the largest divisor of n that is at most most.
func largestDivisor(n, most int) int {
	for d := min(n, most); d > 1; d-- {
		if n%d == 0 {
			return d
		}
	}
	return 1
}

func (l *GroupNorm) describe() (size, act string) {
	return fmt.Sprintf("%d in %d groups", l.Size, l.groups()), ""
}
