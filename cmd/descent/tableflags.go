package main

import (
	"fmt"

	"github.com/descent-ml/descent/data"
	tables "github.com/descent-ml/descent/data/csv"
)

// tableFlags are those of every command that reads rows for a trained model.
type tableFlags struct {
	Missing string `placeholder:"mean"`
	Unseen  string `placeholder:"other"`
}

func (f *tableFlags) policy(model string) (data.Policy, error) {
	policy := data.Policy{FillMissing: f.Missing != "", AcceptUnseen: f.Unseen != "", Model: model}
	if policy.FillMissing && f.Missing != "mean" {
		return policy, usage(fmt.Sprintf("--missing %q is not known", f.Missing), "--missing mean")
	}
	if policy.AcceptUnseen && f.Unseen != "other" {
		return policy, usage(fmt.Sprintf("--unseen %q is not known", f.Unseen), "--unseen other")
	}
	return policy, nil
}

// read reads a table; - is stdin.
func (f *tableFlags) read(c *console, path string, o data.Options) (*data.Table, error) {
	if path == "-" {
		return tables.Read(c.in, "stdin", o)
	}
	return tables.ReadFile(path, o)
}
