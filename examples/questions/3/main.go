// Three trains a model with one output for a question of yes or no, and shows what the
// library says of two outputs.
//
//	go run ./examples/questions/3
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
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/optim"
	"github.com/descent-ml/descent/train"
)

//go:embed rows.csv
var rows []byte

// model has one or more outputs, each a probability of its own.
func model(width, outputs int) nn.Chain {
	return nn.Chain{&nn.Dense{In: width, Out: 16, Act: nn.Relu}, &nn.Dense{In: 16, Out: outputs, Act: nn.Sigmoid}}
}

func main() {
	options := data.Options{Target: "class", Positive: "yes"}
	table, err := csv.Read(bytes.NewReader(rows), "rows.csv", options)
	if err != nil {
		log.Fatal(err)
	}
	parts, err := data.Prepare(table, options)
	if err != nil {
		log.Fatal(err)
	}
	config := train.Config{
		Objective: train.Supervised(model(parts.Train.Width, 2), loss.Mean(loss.BCE)),
		Optimizer: optim.Adam{LR: 1e-2},
		Epochs:    30, Seed: 1, Validate: parts.Valid,
	}
	_, err = train.Fit(context.Background(), parts.Train, config)
	fmt.Println("two outputs are refused:", err != nil)

	config.Objective = train.Supervised(model(parts.Train.Width, 1), loss.Mean(loss.BCE))
	fitted, err := train.Fit(context.Background(), parts.Train, config)
	if err != nil {
		log.Fatal(err)
	}
	last := fitted.History[len(fitted.History)-1]
	fmt.Println("one output learns:", last.Valid[0].Value < 0.4, "(valid loss below 0.4, where the class rate costs 0.53)")
}
