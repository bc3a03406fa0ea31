package data

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/descent-ml/descent/data/internal/words"
	"github.com/descent-ml/descent/internal/limits"
)

// UnmarshalJSON reads a schema strictly: keys that are unknown, doubled or of another case are refused, and so is what could
// not have been written by Descent.
func (s *Schema) UnmarshalJSON(b []byte) error {
	if err := checkKeys(json.NewDecoder(bytes.NewReader(b)), 0); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	type plain Schema // without this method
	var p plain
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	read := Schema(p)
	if err := read.validate(); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	*s = read
	return nil
}

// checkKeys reads one value and refuses a key that occurs twice in its object, or that encoding/json would match with a
// key of another case: ours are all of lower-case letters, digits and '_'.
func checkKeys(d *json.Decoder, depth int) error {
	if depth > limits.ModelJSONDepth {
		return fmt.Errorf("nested deeper than %d", limits.ModelJSONDepth)
	}
	token, err := d.Token()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		}
		return err
	}
	open, isDelim := token.(json.Delim)
	if !isDelim {
		return nil
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return err
			}
			k := key.(string)
			if seen[k] {
				return fmt.Errorf("key %s occurs twice", words.Quote(k))
			}
			if bytes.ContainsFunc([]byte(k), func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' && (r < '0' || r > '9') }) {
				return fmt.Errorf("unknown key %s", words.Quote(k))
			}
			seen[k] = true
		}
		if err := checkKeys(d, depth+1); err != nil {
			return err
		}
	}
	_, err = d.Token() // the closing bracket
	return err
}

// validate refuses a schema that Prepare could not have made.
func (s *Schema) validate() error {
	if s.Version != schemaVersion {
		return fmt.Errorf("version %d; this Descent reads %d", s.Version, schemaVersion)
	}
	sep, decimal := []rune(s.Format.Sep), []rune(s.Format.Decimal)
	if len(sep) != 1 || !separates(sep[0]) || len(decimal) != 1 || decimal[0] != '.' && decimal[0] != ',' {
		return fmt.Errorf("format %s, %s", words.Quote(s.Format.Sep), words.Quote(s.Format.Decimal))
	}
	if s.TrainRows < 1 || s.Fingerprint.Rows < s.TrainRows || len(s.Fields) == 0 || s.Fingerprint.Columns != len(s.Fields) {
		return fmt.Errorf("%d of %d rows, %d of %d columns", s.TrainRows, s.Fingerprint.Rows, len(s.Fields), s.Fingerprint.Columns)
	}
	names := map[string]bool{}
	roles := map[Role]int{}
	for _, f := range s.Fields {
		if f == nil || f.Name == "" || names[f.Name] {
			return errors.New("a column without a name, or two of one name")
		}
		names[f.Name] = true
		roles[f.Role]++
		if f.Role != FeatureRole && f.Role != UnusedRole && roles[f.Role] > 1 && !(f.Role == TargetRole && s.Target != nil && s.Target.Task == MultiLabel) {
			return fmt.Errorf("two columns are %s", f.Role)
		}
		if err := f.validate(s); err != nil {
			return fmt.Errorf("column %s: %w", words.Quote(f.Name), err)
		}
	}
	if roles[FeatureRole] == 0 {
		return errors.New("no features")
	}
	return s.validateTarget()
}

// validateTarget refuses a target that is not the columns with that role.
func (s *Schema) validateTarget() error {
	fields := map[string]*Field{}
	for _, f := range s.Fields {
		if f.Role == TargetRole {
			fields[f.Name] = f
		}
	}
	if s.Target == nil && len(fields) == 0 {
		return nil
	}
	if s.Target == nil || len(fields) == 0 {
		return errors.New("target without its column, or column without its target")
	}
	if s.Target.Task != MultiLabel {
		return s.Target.validate(s.Field(TargetRole))
	}
	if t := s.Target; t.Name != "" || t.Classes != nil || t.Values != nil || len(t.Labels) < 2 || len(t.Labels) != len(fields) {
		return fmt.Errorf("target: %d labels in %d columns", len(t.Labels), len(fields))
	}
	for _, label := range s.Target.Labels {
		if label == nil || label.Task != Binary || fields[label.Name] == nil {
			return errors.New("target: a label that is no column of two values")
		}
		if err := label.validate(fields[label.Name]); err != nil {
			return err
		}
		delete(fields, label.Name)
	}
	return nil
}

func (f *Field) validate(s *Schema) error {
	sorted := slices.IsSorted(f.Levels) && len(slices.Compact(slices.Clone(f.Levels))) == len(f.Levels)
	switch {
	case f.Missing < 0 || f.Missing > s.Fingerprint.Rows || f.TrainMissing < 0 || f.TrainMissing > s.TrainRows:
		return errors.New("counts of missing values")
	case !(math.Abs(f.Mean) <= math.MaxFloat64) || !(f.Std >= 0 && f.Std <= math.MaxFloat64):
		return errors.New("mean or standard deviation")
	case !f.Quantiles.valid() || f.Quantiles != nil && f.Kind != Numeric || f.Decimals < 0 || f.Decimals > maxDecimals:
		return errors.New("quantiles or decimals")
	case !sorted || f.Kind == Numeric && len(f.Levels) > 0 || f.Kind == TwoLevel && len(f.Levels) > 2 || f.Kind == Categorical && len(f.Levels) < 3:
		return errors.New("levels")
	case f.Role != FeatureRole:
		return nil
	case f.Kind != Numeric && (len(f.Levels) == 0 || f.Mode < 0 || f.Mode >= len(f.Levels)), len(f.Share) != len(f.Levels):
		return errors.New("levels of a feature")
	}
	for _, share := range f.Share {
		if !(share >= 0 && share <= 1) {
			return errors.New("shares of levels")
		}
	}
	return nil
}

func (t *Target) validate(f *Field) error {
	classes := len(t.Classes)
	distinct := len(slices.Compact(slices.Sorted(slices.Values(t.Classes)))) == classes
	switch {
	case t.Name != f.Name:
		return fmt.Errorf("target %s is not column %s", words.Quote(t.Name), words.Quote(f.Name))
	case t.Task == Regression && classes == 0 && f.Kind == Numeric, t.Task == Binary && classes == 2, t.Task == MultiClass && classes >= 2:
	default:
		return fmt.Errorf("target: %s with %d classes", t.Task, classes)
	}
	numeric := classes > 0 && f.Kind == Numeric
	if !distinct || t.Labels != nil || numeric && len(t.Values) != classes || !numeric && len(t.Values) > 0 {
		return errors.New("target: classes")
	}
	return nil
}
