package train

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
)

// Metrics are named numbers in the order in which they are shown.
type Metrics []Metric

// A Metric is one of them; Name is scikit-learn's word where it has one.
type Metric struct {
	Name  string
	Value float64
}

// Get returns the value of that name, and whether there is one.
func (m Metrics) Get(name string) (float64, bool) {
	for _, x := range m {
		if x.Name == name {
			return x.Value, true
		}
	}
	return math.NaN(), false
}

// MarshalJSON writes one object, in order. A value that is not finite is null:
// a metric that these rows do not define.
func (m Metrics) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, x := range m {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(x.Name)
		if err != nil {
			return nil, err
		}
		value := []byte("null")
		if !math.IsNaN(x.Value) && !math.IsInf(x.Value, 0) {
			if value, err = json.Marshal(x.Value); err != nil {
				return nil, err
			}
		}
		fmt.Fprintf(&b, "%s:%s", name, value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (m *Metrics) UnmarshalJSON(text []byte) error {
	*m = nil
	return eachField(text, m.add)
}

// add appends a metric whose value is written as JSON.
func (m *Metrics) add(name string, text json.RawMessage) error {
	value := math.NaN()
	if string(text) != "null" {
		if err := json.Unmarshal(text, &value); err != nil {
			return err
		}
	}
	*m = append(*m, Metric{name, value})
	return nil
}

// eachField calls f with the fields of a JSON object, in order.
func eachField(text []byte, f func(name string, value json.RawMessage) error) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("an object is expected: %.20q", text)
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return err
		}
		if err := f(fmt.Sprint(name), value); err != nil {
			return err
		}
	}
	return nil
}
