package train

import (
	"math"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/program"
)

// Differences is a gradient compared with what the loss really does: its slope
// along random directions of all parameters, by central differences in float64
// through the reference of every op.
type Differences struct {
	Directions int     `json:"directions"`
	Rows       int     `json:"rows"`
	Error      float64 `json:"error"` // largest relative error
}

const (
	checkDirections = 3
	checkRows       = 16
)

// Check compares the proved gradient with central differences on a few training rows
// ([graph.Proof.Slopes]). A derivative that is not the loss's is an error, and a fault
// of ours.
func (p *Prepared) Check() (*Differences, error) {
	feed, t, err := p.checkFeed()
	if err != nil {
		return nil, err
	}
	slopes, err := t.proof.Slopes(feed, checkDirections)
	if err != nil {
		return nil, err
	}
	if err := slopes.Err(); err != nil {
		return nil, err
	}
	return &Differences{Directions: slopes.Directions, Rows: feed.Rows, Error: slopes.Error}, nil
}

// checkFeed is what the gradient is compared on: a few rows, or a small image.
func (p *Prepared) checkFeed() (graph.Feed, *traced, error) {
	if p.Images != nil {
		return p.checkImages()
	}
	rows := fewRows(p.Parts.Train, checkRows)
	t := p.trainer.training
	return referenceFeed(t, p.trainer.state, rows.Rows, func(name string) []float32 {
		return t.step.inputs.rows(rows, name, 0, rows.Rows)
	}), t, nil
}

// fewRows returns up to n rows that hold every class as evenly as they can.
func fewRows(set *data.Set, n int) *data.Set {
	few := &data.Set{Width: set.Width, TargetWidth: set.TargetWidth}
	taken := make([]int, 1)
	if set.Class != nil {
		taken = make([]int, len(set.Counts))
	}
	each := (n + len(taken) - 1) / len(taken)
	for i := range set.Rows {
		class := 0
		if set.Class != nil {
			class = int(set.Class[i])
			few.Class = append(few.Class, set.Class[i]) // undone below where the row is not taken
		}
		if taken[class] == each || few.Rows == n {
			if set.Class != nil {
				few.Class = few.Class[:len(few.Class)-1]
			}
			continue
		}
		taken[class]++
		few.Rows++
		few.X = append(few.X, set.Row(i)...)
		few.Y = append(few.Y, set.Y[i*set.TargetWidth:(i+1)*set.TargetWidth]...)
		if set.Weight != nil {
			few.Weight = append(few.Weight, set.Weight[i])
		}
	}
	return few
}

// referenceFeed gives the reference the inputs, the parameters and draws that are
// the same at every call.
func referenceFeed(t *traced, s *program.State, rows int, values func(name string) []float32) graph.Feed {
	feed := graph.Feed{Rows: rows, Step: 1, Values: map[*graph.Node]graph.Array{}, Random: referenceDraws}
	for _, name := range t.step.used {
		n := t.step.Input(name)
		feed.Values[n] = graph.ArrayOf(wide(values(name)), n.Shape().At(rows)...)
	}
	for _, n := range t.step.g.Params() {
		p, _ := n.Param()
		v, _ := s.Get(p.Name)
		feed.Values[n] = graph.ArrayOf(wide(v.Numbers()), p.Shape...)
	}
	return feed
}

// referenceDraws fills dst with numbers that depend on the node's name and the
// element alone.
func referenceDraws(name string, d graph.Distribution, dst []float64) {
	key := uint64(0)
	for _, c := range []byte(name) {
		key = mix(key + uint64(c) + golden)
	}
	for i := range dst {
		dst[i] = uniform(key, 2*uint64(i))
		if d == graph.StandardNormal { // Box and Muller, 1958
			dst[i] = math.Sqrt(-2*math.Log1p(-dst[i])) * math.Cos(2*math.Pi*uniform(key, 2*uint64(i)+1))
		}
	}
}

// uniform returns number i of a stream in [0, 1).
func uniform(key, i uint64) float64 { return float64(mix(key+i*golden)>>11) / (1 << 53) }
