package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/train"
)

type tuneCommand struct {
	RunDir string `arg:"" name:"RUN"`

	BestF             *float64 `placeholder:"BETA"`
	PrecisionAtRecall *float64 `placeholder:"R"`
	RecallAtPrecision *float64 `placeholder:"P"`
	Cost              *cost    `placeholder:"FN:FP"`
	Fixed             *float64 `placeholder:"T"`

	Data    string  `placeholder:"FILE"`
	NewOnly bool    `name:"new-only"`
	Workers workers `placeholder:"N"`
	Quiet   bool    `short:"q"`
	JSON    bool    `name:"json"`
}

// Help returns what descent tune --help shows.
func (tuneCommand) Help() string {
	return `Usage: descent tune RUN [flags]

Chooses another threshold for a finished run, and judges it on the run's test
rows. The model and run.json then use it; the choice before stays on record.

  descent tune runs/credit-1 --precision-at-recall 0.8
  descent tune runs/credit-1 --cost 20:1                   a miss costs 20
  descent tune runs/credit-1 --data march.csv
  descent tune runs/specks-1 --data march/                 images with masks

      --best-f BETA              the best F-beta; 1 for F1
      --precision-at-recall R    most precision of those with recall of R
      --recall-at-precision P    most recall of those with precision of P
      --cost FN:FP               least cost: of a row that is missed, and of one
                                 that is flagged in vain; of a pixel, in masks
      --fixed T                  this one               [the rule of the recipe]
      --data FILE          rows to choose on, or a folder of images
                                               [the run's valid or tune rows]
      --new-only           leave out rows of FILE that train or test the run,
                           instead of refusing them
      --workers N          threads; the result is the same for any N [all cores]
  -q, --quiet              errors only
      --json               one line of JSON on stdout
  -h, --help               this page

Several labels, or classes, each get a threshold by the same rule. Pixels of
several classes have none: each takes the likeliest one.
`
}

// cost is what errors cost: of a positive row that is missed, and of a negative one
// that is flagged.
type cost metric.Cheapest

// UnmarshalText implements [encoding.TextUnmarshaler].
func (c *cost) UnmarshalText(text []byte) error {
	missed, flagged, two := strings.Cut(string(text), ":")
	fn, err := strconv.ParseFloat(missed, 64)
	fp, err2 := strconv.ParseFloat(flagged, 64)
	if !two || err != nil || err2 != nil || !(fn > 0 && fp > 0) {
		return fmt.Errorf("%q is not two costs above 0, FN:FP, as in 20:1", text)
	}
	*c = cost{FalseNegative: fn, FalsePositive: fp}
	return nil
}

// rule returns the rule that the flags name, nil for none.
func (t *tuneCommand) rule() (metric.Rule, error) {
	var rules []metric.Rule
	var flags []string
	add := func(flag string, given bool, rule func() metric.Rule) {
		if given {
			rules, flags = append(rules, rule()), append(flags, flag)
		}
	}
	add("--best-f", t.BestF != nil, func() metric.Rule { return metric.BestF{Beta: *t.BestF} })
	add("--precision-at-recall", t.PrecisionAtRecall != nil, func() metric.Rule { return metric.PrecisionAtRecall{Recall: *t.PrecisionAtRecall} })
	add("--recall-at-precision", t.RecallAtPrecision != nil, func() metric.Rule { return metric.RecallAtPrecision{Precision: *t.RecallAtPrecision} })
	add("--cost", t.Cost != nil, func() metric.Rule { return metric.Cheapest(*t.Cost) })
	add("--fixed", t.Fixed != nil, func() metric.Rule { return metric.Fixed{Value: *t.Fixed} })
	if len(rules) > 1 {
		return nil, usage(strings.Join(flags, " and ")+" are different rules", "leave all but one of them out")
	}
	if len(rules) == 0 {
		return nil, nil
	}
	if t.BestF != nil && *t.BestF == 0 { // the zero value of a beta is 1
		return nil, usage("--best-f 0 would be precision alone", "--recall-at-precision 0.6", "or --best-f 0.5")
	}
	if err := metric.CheckRule(rules[0]); err != nil {
		return nil, usage(strings.Replace(err.Error(), "metric: ", flags[0]+": ", 1), "descent tune --help")
	}
	return rules[0], nil
}

// Run chooses.
func (t *tuneCommand) Run(ctx context.Context, c *console) error {
	rule, err := t.rule()
	if err != nil {
		return err
	}
	if t.NewOnly && t.Data == "" {
		return usage("--new-only leaves out rows of --data, which is not given", "--data FILE")
	}
	if _, err := readRun(t.RunDir); err != nil {
		return err
	}
	info, notes, err := train.Tune(ctx, t.RunDir, train.TuneOptions{Rule: rule, Data: t.Data, NewOnly: t.NewOnly, Workers: int(t.Workers)})
	if err != nil {
		return err
	}
	page := writePage(t.RunDir)
	if t.JSON {
		result := *info.Result
		result.Run = t.RunDir // run.json has the name, since the directory may be moved
		text, err := json.Marshal(&result)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s\n", text)
	}
	if t.Quiet {
		return page
	}
	if !t.JSON {
		c.out.resultBlock(subjectOfRun(info), info.Result)
		c.out.earlierBlock(info.Result)
	}
	t.tell(c, info, notes)
	return page
}

// tell prints what there is to say beside the result.
func (t *tuneCommand) tell(c *console, info *train.RunInfo, notes []data.Note) {
	for _, d := range info.Result.Unreached(graph.Position{File: t.RunDir}, func(p float64) string { return fmt.Sprintf("--recall-at-precision %.2f", p) }) {
		c.diagnostic(d, nil)
	}
	for _, n := range notes {
		c.err.block("note", c.err.entries(clean(n.String()))...)
	}
	c.err.block("saved", c.err.entries(word(t.RunDir)+"   model.json, run.json, report.html")...)
	c.err.block("next", predictText(t.RunDir, info.Data.Images != nil))
}

// earlierBlock says what the threshold before was, and what it gave.
func (s *stream) earlierBlock(r *train.Result) {
	if len(r.Earlier) == 0 {
		return
	}
	was := r.Earlier[len(r.Earlier)-1]
	var text string
	if was.Threshold != nil {
		text = fmt.Sprintf("threshold %s, %s", metricText(*was.Threshold), ruleText(was.Choice.Rule))
	} else {
		var each []string
		for _, t := range was.Thresholds {
			each = append(each, metricText(t))
		}
		text = "thresholds " + list(each, maxClasses)
		if len(was.Choices) > 0 {
			text += ", " + ruleText(was.Choices[0].Rule)
		}
		if was.Thresholds == nil {
			text = "the likeliest class"
		}
	}
	if was.Test != nil {
		var values []string
		for _, m := range was.Test.AtHalf {
			value, _ := was.Test.Metrics.Get(m.Name)
			if m.Name != "balanced_accuracy" { // it is not in the table either
				values = append(values, m.Name+" "+metricText(value))
			}
		}
		if values != nil {
			text += ": " + strings.Join(values, "   ")
		}
	}
	s.block("before", s.entries(text)...)
}
