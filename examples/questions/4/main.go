// Four trains on F1 itself, with probabilities in place of decisions.
//
//	go run ./examples/questions/4
package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"log"

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
	classes := parts.Train.TargetWidth
	model := nn.Chain{
		&nn.Dense{In: parts.Train.Width, Out: 16, Act: nn.Relu},
		&nn.Dense{In: 16, Out: classes, Act: nn.Softmax},
	}
	fitted, err := train.Fit(context.Background(), parts.Train, train.Config{
		Objective: train.Supervised(model, loss.SoftF1{Average: loss.Weighted}),
		Optimizer: optim.Adam{LR: 1e-2},
		Epochs:    80, Batch: 256, Seed: 1, // F1 is a quotient of sums over the batch: keep batches large
	})
	if err != nil {
		log.Fatal(err)
	}
	probability, err := fitted.Output(context.Background(), train.Prediction, parts.Test)
	if err != nil {
		log.Fatal(err)
	}
	// The metric decides, and counts the whole part at once: a mean over batches is another number.
	f1, err := weightedF1(probability, parts.Test)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d classes, %d test rows; weighted F1 above 0.6: %v\n", classes, parts.Test.Rows, f1 > 0.6)
}

// weightedF1 is the weighted F1 of the most probable classes.
func weightedF1(probability []float32, set *data.Set) (float64, error) {
	said, was := make([]int, set.Rows), make([]int, set.Rows)
	for i := range said {
		was[i] = int(set.Class[i])
		row := probability[i*set.TargetWidth:][:set.TargetWidth]
		for k, p := range row {
			if p > row[said[i]] {
				said[i] = k
			}
		}
	}
	confusion, err := metric.Confuse(said, was, nil, set.TargetWidth)
	if err != nil {
		return 0, err
	}
	return confusion.Classes().F1(metric.Weighted, metric.Zero), nil
}
