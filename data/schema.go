package data

import (
	"fmt"
	"slices"
)

// Schema is what a model must know of the table it was trained on to read another one: columns by name, their kinds,
// levels and roles, and statistics of the training rows alone. It is stored with the model, as JSON.
type Schema struct {
	Version     int         `json:"version"` // of this form: 1
	Format      Format      `json:"format"`
	Fingerprint Fingerprint `json:"fingerprint"`
	TrainRows   int         `json:"train_rows"`
	Missing     Missing     `json:"missing"`
	Unseen      Unseen      `json:"unseen"`
	Target      *Target     `json:"target,omitempty"` // nil without one
	Fields      []*Field    `json:"columns"`          // every column of the file, in its order
}

// schemaVersion is the version of the form written, the only one that is read.
const schemaVersion = 1

// Field is one column of a schema. Its statistics are those of the training rows; only features have them.
type Field struct {
	Name         string   `json:"name"`
	Role         Role     `json:"role"`
	Kind         Kind     `json:"kind"`             // Numeric if the column was not read
	Levels       []string `json:"levels,omitempty"` // of the whole file, in the order of their bytes
	Missing      int      `json:"missing"`          // rows of the whole file without a value
	TrainMissing int      `json:"train_missing"`    // training rows without a value
	Indicator    bool     `json:"indicator"`        // a further column in is 1 where the value is missing, else 0

	Mean float64 `json:"mean"` // of a number
	Std  float64 `json:"std"`  // of a number: population standard deviation, exactly 0 if all are equal

	Quantiles Quantiles `json:"quantiles,omitempty"` // of a number that is made normal by its rank; nil of one that is standardised
	Decimals  int       `json:"decimals,omitempty"`  // digits behind the point of such a number

	Mode  int       `json:"mode"`            // index of the most frequent level, the first of several
	Share []float64 `json:"share,omitempty"` // of each level among the training rows that have a value
}

// Width returns the number of columns in that the field makes.
func (f *Field) Width() int {
	n := 1
	if f.Kind == Categorical {
		n = len(f.Levels)
	}
	if f.Indicator {
		n++
	}
	return n
}

// Features returns the columns that the model learns from, in their order in X.
func (s *Schema) Features() []*Field {
	var features []*Field
	for _, f := range s.Fields {
		if f.Role == FeatureRole {
			features = append(features, f)
		}
	}
	return features
}

// Field returns the column of this role, or nil if there is none; of several it returns the first.
func (s *Schema) Field(r Role) *Field {
	i := slices.IndexFunc(s.Fields, func(f *Field) bool { return f.Role == r })
	if i < 0 {
		return nil
	}
	return s.Fields[i]
}

// Width returns the number of columns in: the length of a row of X.
func (s *Schema) Width() int {
	n := 0
	for _, f := range s.Features() {
		n += f.Width()
	}
	return n
}

// Inputs returns a name for each column in, in their order: "income" for a number, "student=Yes" for a level, and
// "income missing" for an indicator.
func (s *Schema) Inputs() []string {
	var names []string
	for _, f := range s.Features() {
		switch f.Kind {
		case Numeric:
			names = append(names, f.Name)
		case TwoLevel:
			names = append(names, f.Name+"="+f.Levels[len(f.Levels)-1])
		default:
			for _, l := range f.Levels {
				names = append(names, f.Name+"="+l)
			}
		}
		if f.Indicator {
			names = append(names, f.Name+" missing")
		}
	}
	return names
}

// Options returns how to read a table that the model shall predict: the columns of the schema, each as in training,
// and nothing else. The target is read only if judge is true.
func (s *Schema) Options(judge bool) Options {
	o := Options{Sep: []rune(s.Format.Sep)[0], Decimal: []rune(s.Format.Decimal)[0], NA: s.Format.NA, Features: []string{}, lenient: true}
	var targets []string
	as := func(f *Field) {
		if f.Kind == Numeric {
			o.Numeric = append(o.Numeric, f.Name)
		} else {
			o.Categorical = append(o.Categorical, f.Name)
		}
	}
	for _, f := range s.Fields {
		switch f.Role {
		case FeatureRole:
			o.Features = append(o.Features, f.Name)
			as(f)
		case TargetRole:
			if judge {
				targets = append(targets, f.Name)
				as(f)
			}
		case IDRole:
			o.ID = f.Name
		case LabelRole:
			o.Label = f.Name
		case WeightRole:
			if judge {
				o.Weight = f.Name
			}
		}
	}
	if len(targets) == 1 {
		o.Target, targets = targets[0], nil
	}
	o.Targets = targets
	return o
}

// field begins the schema's entry for a column of the table; c is nil if it was not read.
func newField(name string, role Role, c *Column) *Field {
	f := &Field{Name: name, Role: role}
	if c != nil && role != IDRole {
		f.Kind, f.Levels, f.Missing = c.Kind(), c.Levels, c.Missing
	}
	return f
}

func (f *Field) String() string { return fmt.Sprintf("%s (%s %s)", f.Name, f.Kind, f.Role) }
