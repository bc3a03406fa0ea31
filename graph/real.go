package graph

import (
	"encoding/json"
	"fmt"
	"math"
)

// real is an attribute that may be infinite or NaN, which JSON has no numbers for:
// they are written as "+Inf", "-Inf" and "NaN".
type real float64

func (r real) MarshalJSON() ([]byte, error) {
	if v := float64(r); math.IsInf(v, 0) || math.IsNaN(v) {
		return json.Marshal(fmt.Sprint(v))
	}
	return json.Marshal(float64(r))
}

func (r *real) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"+Inf"`:
		*r = real(math.Inf(1))
	case `"-Inf"`:
		*r = real(math.Inf(-1))
	case `"NaN"`:
		*r = real(math.NaN())
	default:
		return json.Unmarshal(b, (*float64)(r))
	}
	return nil
}

// reals are elements of a constant.
type reals []float64

func (rs reals) MarshalJSON() ([]byte, error) {
	out := make([]real, len(rs))
	for i, v := range rs {
		out[i] = real(v)
	}
	return json.Marshal(out)
}

func (rs *reals) UnmarshalJSON(b []byte) error {
	var in []real
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	*rs = make(reals, len(in))
	for i, v := range in {
		(*rs)[i] = float64(v)
	}
	return nil
}
