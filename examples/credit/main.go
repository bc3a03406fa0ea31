// Credit trains the model of credit.py from a Go program: who will default?
//
//	go run ./examples/credit
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/descent-ml/descent"
	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/train"
)

func main() {
	table := filepath.Join("examples", "credit", "default.csv")
	if len(os.Args) > 1 {
		table = os.Args[1]
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	result, err := descent.Train(ctx, &descent.Job{
		Name:      "credit",
		TablePath: table,
		Data:      data.Options{Target: "default", Positive: "Yes"},
		Model:     descent.MLP(64, 32),
		EarlyStop: &train.EarlyStop{},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("run        %s, %d epochs, best %d\n", result.Run, result.Epochs, result.BestEpoch)
	fmt.Printf("threshold  %.3f, chosen on the valid rows\n", *result.Threshold)
	for _, m := range result.Test.Metrics {
		fmt.Printf("test       %-18s %.3f\n", m.Name, m.Value)
	}
}
