package recipe

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
)

var inf = math.Inf(1)

// parseShape reads lengths separated by commas; N, in front, is the batch.
func parseShape(text string) (graph.Shape, error) {
	shape := graph.Shape{}
	for i, part := range strings.Split(text, ",") {
		part = strings.TrimSpace(part)
		if part == "N" && i == 0 {
			shape = append(shape, graph.Batch)
			continue
		}
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 {
			return nil, errors.New("lengths are whole numbers of at least 1, the first may be N")
		}
		shape = append(shape, graph.Fixed(n))
	}
	if _, err := limits.Elements("shape", shape.At(1)); err != nil {
		return nil, err
	}
	return shape, nil
}
