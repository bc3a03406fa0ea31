package train

import (
	"bytes"
	"slices"
	"testing"

	"github.com/descent-ml/descent/export/safetensors"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/program"
)

// TestStateFileIsRowByRow writes and reads matrices that lie in kernel order in memory: a
// file holds them row by row, and reading it gives the state back.
func TestStateFileIsRowByRow(t *testing.T) {
	fresh := func() *program.State {
		g := graph.New(graph.Training)
		return program.NewState(1, g.Param(graph.Param{Name: "w", Shape: []int{3, 48}}), g.Param(graph.Param{Name: "b", Shape: []int{48}}))
	}
	s := fresh()
	w, _ := s.Get("w")
	want := make([]float32, w.Len())
	for i := range want {
		want[i] = float32(i)
	}
	w.Set(want)

	var file bytes.Buffer
	if err := writeTensors(stateTensors(s), nil)(&file); err != nil {
		t.Fatal(err)
	}
	read, err := safetensors.Read(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	got := make([]float32, len(want))
	if err := read.ReadF32("w", got); err != nil || !slices.Equal(got, want) {
		t.Fatalf("the file holds %v, %v", got, err)
	}

	disk, err := fsx.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	if err := fsx.WriteFileAtomic(disk, stateFile, writeTensors(stateTensors(s), nil)); err != nil {
		t.Fatal(err)
	}
	back := fresh()
	if err := readState(disk, stateFile, back); err != nil {
		t.Fatal(err)
	}
	if v, _ := back.Get("w"); !slices.Equal(v.Numbers(), want) {
		t.Errorf("read back as %v", v.Numbers())
	}
}
