package train

import (
	"encoding/json"
	"fmt"
)

// Judged are the metrics of one part. In JSON the metrics are keys of their own:
//
//	{"rows": 1500, "roc_auc": 0.959, "f1": 0.554, "at_half": {"f1": 0.521}, "intervals": {"f1": [0.41, 0.66]}}
type Judged struct {
	Rows      int
	Positives int   // of a binary target; pixels, of images
	Pixels    int64 // of images
	Metrics   Metrics
	AtHalf    Metrics               // at threshold 0.5, of a binary target and of labels; of classes with thresholds: the likeliest one
	Intervals map[string][2]float64 // 95 %, over draws of rows and of the threshold's choice
	Classes   []ClassJudged         // each class of several, or each label
	Confusion [][]int               // of several classes: rows of class i that were said to be j
}

// ClassJudged are the metrics of one class against all others, or of one label.
type ClassJudged struct {
	Name      string                `json:"name"`
	Rows      int                   `json:"rows"` // of the class, or with the label
	Metrics   Metrics               `json:"metrics"`
	AtHalf    Metrics               `json:"at_half,omitempty"`
	Intervals map[string][2]float64 `json:"intervals,omitempty"`
}

type judgedTail struct {
	AtHalf    Metrics               `json:"at_half,omitempty"`
	Intervals map[string][2]float64 `json:"intervals,omitempty"`
	Classes   []ClassJudged         `json:"classes,omitempty"`
	Confusion [][]int               `json:"confusion,omitempty"`
}

// MarshalJSON implements [json.Marshaler].
func (j *Judged) MarshalJSON() ([]byte, error) {
	head := fmt.Sprintf(`{"rows":%d`, j.Rows)
	if j.Positives > 0 {
		head += fmt.Sprintf(`,"positives":%d`, j.Positives)
	}
	if j.Pixels > 0 {
		head += fmt.Sprintf(`,"pixels":%d`, j.Pixels)
	}
	out := []byte(head)
	for _, part := range []any{j.Metrics, judgedTail{j.AtHalf, j.Intervals, j.Classes, j.Confusion}} {
		text, err := json.Marshal(part)
		if err != nil {
			return nil, err
		}
		if fields := text[1 : len(text)-1]; len(fields) > 0 {
			out = append(append(out, ','), fields...)
		}
	}
	return append(out, '}'), nil
}

// UnmarshalJSON implements [json.Unmarshaler].
func (j *Judged) UnmarshalJSON(text []byte) error {
	*j = Judged{}
	return eachField(text, func(name string, value json.RawMessage) error {
		switch name {
		case "rows":
			return json.Unmarshal(value, &j.Rows)
		case "positives":
			return json.Unmarshal(value, &j.Positives)
		case "pixels":
			return json.Unmarshal(value, &j.Pixels)
		case "at_half":
			return json.Unmarshal(value, &j.AtHalf)
		case "intervals":
			return json.Unmarshal(value, &j.Intervals)
		case "classes":
			return json.Unmarshal(value, &j.Classes)
		case "confusion":
			return json.Unmarshal(value, &j.Confusion)
		}
		return j.Metrics.add(name, value)
	})
}
