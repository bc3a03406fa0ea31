package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/descent-ml/descent/report"
	"github.com/descent-ml/descent/train"
)

type reportCommand struct {
	RunDir string `arg:"" name:"RUN"`
}

// Help returns what descent report --help shows.
func (reportCommand) Help() string {
	return `Usage: descent report RUN

Writes report.html of a run again: one page to read and to mail, without scripts
and without a network. Its path goes to stdout. Training writes it by itself.

  descent report runs/credit-1

  -h, --help               this page

With the variable SOURCE_DATE_EPOCH, in seconds since 1970, the page shows that
date and leaves measured times out: equal runs then give equal bytes.
`
}

// Run writes the page.
func (r *reportCommand) Run(_ context.Context, c *console) error {
	if _, err := readRun(r.RunDir); err != nil {
		return err
	}
	if err := writePage(r.RunDir); err != nil {
		return err
	}
	fmt.Fprintln(c.out, clean(filepath.Join(r.RunDir, report.File)))
	return nil
}

// writePage makes report.html of a run directory.
func writePage(run string) error {
	date, err := report.SourceDate(os.Getenv("SOURCE_DATE_EPOCH"))
	if err != nil {
		return &train.Error{Class: train.Unreadable, Err: usage(err.Error(), "unset SOURCE_DATE_EPOCH")}
	}
	return report.Write(run, report.Options{Date: date})
}
