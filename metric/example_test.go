package metric_test

import (
	"errors"
	"fmt"

	"github.com/descent-ml/descent/metric"
)

func ExampleClasses_Report() {
	actual := []int{0, 0, 0, 1, 1, 2, 2, 2, 2, 3}
	predicted := []int{0, 1, 0, 1, 2, 2, 2, 0, 2, 1}
	m, err := metric.Confuse(predicted, actual, nil, 4)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := m.Classes().Report(metric.Keep, metric.Zero)
	for _, c := range r.Class {
		fmt.Printf("class %d  precision %.2f  recall %.2f  F1 %.2f  rows %v\n", c.Class, c.Precision, c.Recall, c.F1, c.Support)
	}
	fmt.Printf("macro    F1 %.2f, weighted F1 %.2f\n", r.Macro.F1, r.Weighted.F1)
	// Output:
	// class 0  precision 0.67  recall 0.67  F1 0.67  rows 3
	// class 1  precision 0.33  recall 0.50  F1 0.40  rows 2
	// class 2  precision 0.75  recall 0.75  F1 0.75  rows 4
	// class 3  precision 0.00  recall 0.00  F1 0.00  rows 1
	// macro    F1 0.45, weighted F1 0.58
}

func ExampleApart() {
	train := metric.Rows{Part: "train", Source: "credit.csv", Number: []int64{1, 2, 3, 4}}
	valid := metric.Rows{Part: "valid", Source: "credit.csv", Number: []int64{4, 5}}
	err := metric.Apart(train, valid)
	var overlap *metric.OverlapError
	if errors.As(err, &overlap) {
		fmt.Printf("%s and %s share %d row: %d\n", overlap.Part[0], overlap.Part[1], len(overlap.Rows), overlap.Rows[0].Numbers[1])
	}
	// Output: train and valid share 1 row: 4
}

func ExampleThresholds_Decide() {
	p := []float64{0.70, 0.25, 0.05} // one row of three classes
	for _, t := range []metric.Thresholds{{0.5, 0.5, 0.5}, {0.5, 0.1, 0.1}} {
		class, err := t.Decide(p)
		fmt.Println(class, err)
	}
	// Output:
	// [0] <nil>
	// [1] <nil>
}

func ExampleCorrectPrior() {
	// Trained on as many positives as negatives, used where one row in 33 is positive.
	p, err := metric.CorrectPrior([]float64{0.5, 0.9}, 0.5, 0.03)
	fmt.Printf("%.3f %v\n", p, err)
	// Output: [0.030 0.218] <nil>
}
