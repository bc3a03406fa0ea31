package recipe

import (
	"errors"
	"io/fs"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/torch"
)

// Diagnose turns an error of the job into diagnostics: what is wrong with the data
// stands at the word of the recipe that asked for it, or in the data. Of other
// errors it returns nil.
func (f *File) Diagnose(err error) graph.Diagnostics {
	found := f.diagnose(err)
	if f.torch {
		for _, d := range found {
			torch.Translate(d)
		}
	}
	return found
}

func (f *File) diagnose(err error) graph.Diagnostics {
	var found graph.Diagnostics
	var single *graph.Diagnostic
	var problem *data.Problem
	switch {
	case errors.As(err, &found):
		return found
	case errors.As(err, &single):
		return graph.Diagnostics{single}
	case f.data != nil && (errors.As(err, &problem) || f.Job != nil && f.Job.Images != nil && errors.Is(err, fs.ErrNotExist)):
		return f.data.diagnose(err)
	}
	return nil
}
