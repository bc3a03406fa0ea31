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
	checkStep       = 1e-6 // of the parameters' length, along a direction of length 1
)

// Check compares the proved gradient with central differences on a few training
// rows. A kink, such as that of relu at 0, between two points of a difference
// shows as an error that is not the gradient's.
func (p *Prepared) Check() (*Differences, error) {
	feed, t, params, err := p.checkFeed()
	if err != nil {
		return nil, err
	}
	loss, grads := t.proof.Loss, t.proof.Grads
	at, err := graph.Eval(feed, append([]*graph.Node{loss}, grads...)...)
	if err != nil {
		return nil, err
	}
	report := &Differences{Directions: checkDirections, Rows: feed.Rows}
	for d := range checkDirections {
		direction := randomDirection(params, uint64(d))
		slope := 0.0
		for i := range params {
			for k, g := range at[i+1].Data {
				slope += g * direction[i][k]
			}
		}
		measured, err := slopeAlong(feed, loss, params, direction)
		if err != nil {
			return nil, err
		}
		scale := max(math.Abs(slope), math.Abs(measured), 1e-8)
		report.Error = max(report.Error, math.Abs(slope-measured)/scale)
	}
	return report, nil
}

// checkFeed is what the gradient is compared on: a few rows, or a small image.
func (p *Prepared) checkFeed() (graph.Feed, *traced, [][]float64, error) {
	if p.Images != nil {
		return p.checkImages()
	}
	rows := fewRows(p.Parts.Train, checkRows)
	t := p.trainer.training
	feed, params := referenceFeed(t, p.trainer.state, rows.Rows, func(name string) []float32 {
		return t.step.inputs.rows(rows, name, 0, rows.Rows)
	})
	return feed, t, params, nil
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
// the same at every call. It returns the values of the trained parameters, which
// may be changed in place.
func referenceFeed(t *traced, s *program.State, rows int, values func(name string) []float32) (graph.Feed, [][]float64) {
	feed := graph.Feed{Rows: rows, Step: 1, Values: map[*graph.Node]graph.Array{}, Random: referenceDraws}
	for _, name := range t.step.used {
		n := t.step.Input(name)
		feed.Values[n] = graph.ArrayOf(wide(values(name)), n.Shape().At(rows)...)
	}
	for _, n := range t.step.g.Params() {
		p, _ := n.Param()
		v, _ := s.Get(p.Name)
		feed.Values[n] = graph.ArrayOf(wide(v.Data), p.Shape...)
	}
	var trained [][]float64
	for _, n := range t.proof.Params {
		trained = append(trained, feed.Values[n].Data)
	}
	return feed, trained
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

// randomDirection returns a direction of length 1 in the space of all parameters.
func randomDirection(params [][]float64, seed uint64) [][]float64 {
	direction := make([][]float64, len(params))
	at, length := uint64(0), 0.0
	for i, p := range params {
		direction[i] = make([]float64, len(p))
		for k := range p {
			direction[i][k] = 2*uniform(mix(seed+golden), at) - 1
			length += direction[i][k] * direction[i][k]
			at++
		}
	}
	for _, d := range direction {
		for k := range d {
			d[k] /= math.Sqrt(length)
		}
	}
	return direction
}

// slopeAlong measures how the loss changes along a direction, and leaves the parameters as they were.
func slopeAlong(feed graph.Feed, loss *graph.Node, params, direction [][]float64) (float64, error) {
	size := 0.0
	for _, p := range params {
		for _, v := range p {
			size += v * v
		}
	}
	h := checkStep * max(math.Sqrt(size), 1)
	start := make([][]float64, len(params))
	for i, p := range params {
		start[i] = append([]float64(nil), p...)
	}
	var value [2]float64
	for side, sign := range []float64{1, -1} {
		for i, p := range params {
			for k := range p {
				p[k] = start[i][k] + sign*h*direction[i][k]
			}
		}
		out, err := graph.Eval(feed, loss)
		if err != nil {
			return 0, err
		}
		value[side] = out[0].Data[0]
	}
	for i, p := range params {
		copy(p, start[i])
	}
	return (value[0] - value[1]) / (2 * h), nil
}
