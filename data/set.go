package data

// Set is rows ready to train on or to predict: numbers in row-major order.
type Set struct {
	Rows        int
	Width       int       // columns in: the length of a row of X
	TargetWidth int       // columns of Y: the number of classes if there are more than two, or of labels, else 1; 0 without a target
	MultiLabel  bool      // Y has a column for each of several labels
	X           []float32 // [Rows Width]
	Y           []float32 // [Rows TargetWidth]: 1 for the positive class or a label, one-hot classes, or the number to predict; nil without a target
	Class       []int32   // [Rows] index in Target.Classes; nil unless the target has classes
	Counts      []int     // rows of each class, in the order of Target.Classes; rows that have each label
	Weight      []float32 // [Rows]; nil without weights
	RowID       []int64   // [Rows] number of the row in its file, from 1, the header not counted
	ID          []string  // [Rows] the row's cell of the ID column; nil without one
	Label       []string  // [Rows] the row's cell of the label column; nil without one
	Filled      int       // cells that were missing and were filled
	Unseen      int       // cells of a level that the schema does not know
}

// Row returns the numbers in of row i.
func (s *Set) Row(i int) []float32 { return s.X[i*s.Width : (i+1)*s.Width] }

// Positives returns the number of rows of the positive class of a binary target.
func (s *Set) Positives() int {
	if len(s.Counts) != 2 || s.MultiLabel {
		return 0
	}
	return s.Counts[1]
}

// Parts are the rows of one table: those that train, those that choose when to stop and, unless there are rows to tune on,
// the threshold, and those that judge. No row is in two parts. All but Train may be nil.
type Parts struct {
	Schema *Schema
	Train  *Set
	Valid  *Set
	Tune   *Set // rows that choose the threshold, and nothing else
	Test   *Set
	Equal  int // groups of rows with equal features and target
	Apart  int // such groups with rows in different parts; only a split column can do that
	Notes  []Note
}

// Part is one of the parts.
type Part struct {
	Name string
	*Set
}

// All returns the parts that have rows, in the order train, valid, tune, test.
func (p *Parts) All() []Part {
	var all []Part
	for i, s := range p.sets() {
		if *s != nil {
			all = append(all, Part{partNames[i], *s})
		}
	}
	return all
}

// Part returns the part of this name, nil if it has no rows.
func (p *Parts) Part(name string) *Set {
	for _, part := range p.All() {
		if part.Name == name {
			return part.Set
		}
	}
	return nil
}

func (p *Parts) sets() [parts]**Set { return [parts]**Set{&p.Train, &p.Valid, &p.Tune, &p.Test} }

// parts is how many there may be.
const parts = 4

// partNames are the words for parts, in their order.
var partNames = [parts]string{"train", "valid", "tune", "test"}
