package csv

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/data"
)

// refusal pairs a text that is refused, and the whole message, with its nearest legal neighbour, which must be read.
type refusal struct {
	name    string
	text    string
	options data.Options
	want    string
	legal   string
	also    data.Options // for the legal text
}

func TestRefusals(t *testing.T) {
	for _, tc := range slices.Concat(cellRefusals, fileRefusals) {
		t.Run(tc.name, func(t *testing.T) {
			table, err := Read(strings.NewReader(tc.text), "data.csv", tc.options)
			if err == nil {
				t.Fatalf("read: %+v", table)
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			if _, err := Read(strings.NewReader(tc.legal), "data.csv", tc.also); err != nil {
				t.Errorf("the legal neighbour is refused: %v", err)
			}
		})
	}
}
