package main

import (
	"errors"
	"io/fs"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/train"
)

// readRun reads run.json of a run directory.
func readRun(path string) (*train.RunInfo, error) {
	info, err := train.ReadRun(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &train.Error{Class: train.Unreadable, Err: &graph.Diagnostic{
			Code: train.CodeNotARun, Pos: graph.Position{File: path}, Message: "there is no run here",
			Notes: graph.Columns([]string{"expected", "a folder that descent train wrote, with run.json"}),
		}}
	}
	return info, err
}

// withoutModel explains why a run has no model, if that is what an error says.
func withoutModel(path string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	info, failed := readRun(path)
	if failed != nil {
		return failed
	}
	if info.State == train.StateDone {
		return err
	}
	return &train.Error{Class: train.Unreadable, Err: &graph.Diagnostic{
		Code: train.CodeNotARun, Pos: graph.Position{File: path}, Message: "this run has no model yet: it is " + string(info.State),
		Fixes: []string{"descent resume " + word(path)},
	}}
}
