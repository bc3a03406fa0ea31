package csv

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/descent-ml/descent/data"
)

// wide returns a table of the given rows with a target and 32 columns of numbers, as a program prints float32.
func wide(rows int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	b.WriteString("y")
	for c := range 32 {
		fmt.Fprintf(&b, ",x%d", c)
	}
	b.WriteByte('\n')
	for range rows {
		b.WriteByte("01"[random.IntN(2)])
		for range 32 {
			b.WriteByte(',')
			b.WriteString(strconv.FormatFloat(random.NormFloat64(), 'g', -1, 32))
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func credit(tb testing.TB) []byte {
	b, err := os.ReadFile("../../examples/credit/default.csv")
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// BenchmarkRead reads tables, hash included; BenchmarkReadAll is encoding/csv and strconv over the same bytes.
func BenchmarkRead(b *testing.B) {
	for name, text := range map[string][]byte{"wide": wide(10_000), "credit": credit(b)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read(bytes.NewReader(text), name, data.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReadAll(b *testing.B) {
	text := wide(10_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		records, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			b.Fatal(err)
		}
		for _, r := range records[1:] {
			for _, cell := range r {
				if _, err := strconv.ParseFloat(cell, 64); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}
