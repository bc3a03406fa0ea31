package train

import (
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
)

// Balance says which rows an epoch trains on, by their classes. Rows that judge stay
// as they are.
type Balance string

// The ways to balance. Both leave out of an epoch, or repeat, which rows depends on
// seed and epoch alone.
const (
	Unbalanced      Balance = ""
	BalancedBatches Balance = "batches"    // as many rows as there are; every batch has the classes alike, give or take one row
	Oversample      Balance = "oversample" // each class as often as the most frequent one, by repeating rows
)

// checkBalance refuses to balance what has no classes, or several at once.
func (j *Job) checkBalance(task data.Task) error {
	d := &graph.Diagnostic{Code: CodeConfig, Pos: j.BalancePos}
	switch {
	case j.Balance == Unbalanced || task == data.Binary || task == data.MultiClass:
		return nil
	case task == data.MultiLabel:
		d.Message = "rows with several labels cannot be balanced: a row of a rare label has others too"
		d.Fixes = []string{`weigh the labels instead: loss = bce(class_weight = "balanced")`}
	default:
		d.Message = "balance is by class, and the target is a number"
		d.Fixes = []string{"leave balance out"}
	}
	return graph.Diagnostics{d}
}

// correction moves the probabilities of a model that trains on balanced classes to
// the classes as they are; nil if there is nothing to correct.
func (j *Job) correction(set *data.Set) func(*graph.Node) *graph.Node {
	if j.Balance == Unbalanced {
		return nil
	}
	return sharesOf(set).correct
}

// trainedMean is the mean of the target, by weights, over the rows of an epoch.
func (j *Job) trainedMean(set *data.Set) []float64 {
	if j.Balance == Unbalanced {
		return targetMean(set)
	}
	trained := sharesOf(set).trained
	if set.TargetWidth == 1 {
		return trained[1:]
	}
	return trained
}

// sampler gives the rows of an epoch in their order.
type sampler struct {
	balance Balance
	seed    uint64
	classes [][]int32 // rows of each class; nil where all rows are taken once
	rows    int       // of an epoch
}

func newSampler(set *data.Set, b Balance, seed uint64) sampler {
	s := sampler{balance: b, seed: seed, rows: set.Rows}
	if b == Unbalanced {
		return s
	}
	s.classes = make([][]int32, len(set.Counts))
	for i, c := range set.Class {
		s.classes[c] = append(s.classes[c], int32(i))
	}
	s.classes = slices.DeleteFunc(s.classes, func(rows []int32) bool { return len(rows) == 0 })
	s.rows = len(s.classes) * s.each()
	return s
}

// each is how many rows of a class an epoch has.
func (s *sampler) each() int {
	if s.balance == BalancedBatches {
		return ceilDiv(s.rows, len(s.classes))
	}
	most := 0
	for _, rows := range s.classes {
		most = max(most, len(rows))
	}
	return most
}

// arrange fills order, of s.rows places, with the rows of an epoch.
func (s *sampler) arrange(order []int32, epoch int) {
	switch s.balance {
	case BalancedBatches:
		s.interleave(order, epoch)
	case Oversample:
		s.repeat(order, epoch)
	default:
		permute(order, s.seed, epoch)
	}
}

// interleave fills order with groups of one row of each class, so that any stretch of
// it has the classes alike. The rows of a class come in turns: once all were taken,
// in this epoch or before it, the next turn has them in another order.
func (s *sampler) interleave(order []int32, epoch int) {
	k := len(s.classes)
	groups := len(order) / k
	for c, rows := range s.classes {
		turn := slices.Clone(rows)
		last := -1
		for g := range groups {
			taken := epoch*groups + g
			if t := taken / len(rows); t != last {
				copy(turn, rows)
				shuffle(turn, mix(mix(s.seed^turnKey+uint64(c))+uint64(t)))
				last = t
			}
			order[g*k+c] = turn[taken%len(rows)]
		}
	}
	key := mix(mix(s.seed^groupKey) + uint64(epoch))
	for g := range groups {
		shuffle(order[g*k:(g+1)*k], mix(key+uint64(g)*golden))
	}
}

// repeat fills order with each class's rows as often as they go into the most
// frequent class, and with some once more, in a random order.
func (s *sampler) repeat(order []int32, epoch int) {
	each, at := s.each(), 0
	key := mix(mix(s.seed^repeatKey) + uint64(epoch))
	for c, rows := range s.classes {
		for range each / len(rows) {
			at += copy(order[at:], rows)
		}
		more := slices.Clone(rows)
		shuffle(more, mix(key+uint64(c)*golden))
		at += copy(order[at:], more[:each%len(rows)])
	}
	shuffle(order, mix(mix(s.seed^orderKey)+uint64(epoch)))
}

// Keys that keep these draws apart from others of the same seed.
const (
	turnKey   = 0x7475726e     // "turn"
	groupKey  = 0x67726f7570   // "group"
	repeatKey = 0x726570656174 // "repeat"
)
