// Six keeps the precision of one class at 0.8 by a cut chosen on rows kept apart: the
// training itself is that of every class.
//
//	go run ./examples/questions/6
package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"log"
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/csv"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/optim"
	"github.com/descent-ml/descent/train"
)

//go:embed rows.csv
var rows []byte

func main() {
	options := data.Options{Target: "class"}
	table, err := csv.Read(bytes.NewReader(rows), "rows.csv", options)
	if err != nil {
		log.Fatal(err)
	}
	parts, err := data.Prepare(table, options)
	if err != nil {
		log.Fatal(err)
	}
	model := nn.Chain{
		&nn.Dense{In: parts.Train.Width, Out: 16, Act: nn.Relu},
		&nn.Dense{In: 16, Out: parts.Train.TargetWidth, Act: nn.Softmax},
	}
	fitted, err := train.Fit(context.Background(), parts.Train, train.Config{
		Objective: train.Supervised(model, loss.Mean(loss.CrossEntropy)),
		Optimizer: optim.Adam{LR: 1e-2},
		Epochs:    40, Seed: 1,
	})
	if err != nil {
		log.Fatal(err)
	}
	class := slices.Index(parts.Schema.Target.Classes, "M")
	score, label, err := ofClass(fitted, parts.Valid, class)
	if err != nil {
		log.Fatal(err)
	}
	ranking, err := metric.Rank(score, label, nil)
	if err != nil {
		log.Fatal(err)
	}
	cut, err := ranking.Choose(metric.RecallAtPrecision{Precision: 0.8})
	if err != nil {
		log.Fatal(err)
	}
	score, label, err = ofClass(fitted, parts.Test, class)
	if err != nil {
		log.Fatal(err)
	}
	counts, err := metric.CountAt(score, label, nil, cut.Value)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the cut was reached on the valid rows:", cut.Reached)
	fmt.Println("on the test rows: precision above 0.7", counts.Precision(metric.Zero) > 0.7, "and recall above 0.3", counts.Recall(metric.Zero) > 0.3)
}

// ofClass returns the scores of a class, and which rows are of it.
func ofClass(f *train.Fitted, set *data.Set, class int) (score []float64, label []bool, err error) {
	probability, err := f.Output(context.Background(), train.Prediction, set)
	if err != nil {
		return nil, nil, err
	}
	for i := range set.Rows {
		score = append(score, float64(probability[i*set.TargetWidth+class]))
		label = append(label, int(set.Class[i]) == class)
	}
	return score, label, nil
}
