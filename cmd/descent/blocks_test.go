package main

import (
	"testing"

	"github.com/descent-ml/descent/train"
)

func TestTrainingText(t *testing.T) {
	for want, info := range map[string]train.TrainingInfo{
		"adam, batch 64, 2 steps an epoch, 9 epochs": {Optimizer: "adam", Batch: 64, Parts: 1, EpochRows: 100, Epochs: 9},
		"sgd, batch 3 x 64, 37 steps an epoch, stop when valid loss has not improved for 1 epoch (at most 100)": {
			Optimizer: "sgd", Batch: 64, Parts: 3, EpochRows: 7000, Epochs: 100, EarlyStop: &train.EarlyStop{Metric: "valid.loss", Patience: 1},
		},
	} {
		if got := trainingText(&train.Prepared{Training: info}); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
