package main

import (
	"fmt"
	"image/png"
	"io"
	"path/filepath"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/recipe"
	"github.com/descent-ml/descent/train"
)

func (s *stream) arraysBlock(p *train.Prepared) {
	a := p.Arrays
	numbers := "numbers as they are"
	if a.Scaled {
		numbers = "bytes divided by 255"
	}
	lines := s.entries(fmt.Sprintf("%s   %s of shape %v, %s", word(filepath.Base(p.Job.TablePath)), of(a.Fingerprint.Rows, "row"), a.Shape, numbers))
	lines = append(lines, s.entry("target", targetText(p)), s.entry("parts", partsText(p.Parts)))
	s.block("data", lines...)
}

// arrayWords are the line about arrays.
func arrayWords(p *train.Prepared) []string {
	words := []string{"data", word(filepath.Base(p.Job.TablePath)), pair("rows", p.Arrays.Fingerprint.Rows), pair("shape", fmt.Sprint(p.Arrays.Shape))}
	for _, part := range p.Parts.All() {
		words = append(words, pair(part.Name, part.Rows))
	}
	return words
}

// arrayRows reads rows of arrays as an autoencoder takes them.
func arrayRows(m *train.VAEModel, path string) (*data.Set, error) {
	x, err := recipe.ReadArray(path)
	if err != nil {
		return nil, err
	}
	return m.Arrays.Rows(x)
}

// writeSheet writes pictures as PNG, so many beside each other.
func writeSheet(w io.Writer, m *train.VAEModel, x []float32, columns int) error {
	sheet := m.Sheet(x, columns)
	if sheet == nil {
		return usage(fmt.Sprintf("rows of shape %v are no pictures that could be drawn", m.Arrays.Shape), "descent encode, or read the model in a Go program: train.LoadVAE")
	}
	return png.Encode(w, sheet)
}
