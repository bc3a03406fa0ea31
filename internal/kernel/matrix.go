package kernel

import "fmt"

// PanelWidth is the number of columns that a micro-kernel computes at once.
const PanelWidth = 16

// Matrix is a matrix whose columns come in panels of 16: element (i, j) is Data[i*Row + j/16*Panel + j%16].
// Columns beyond the matrix in its last panel are neither read nor written.
type Matrix struct {
	Data       []float32
	Row, Panel int // distances between rows and between panels, in elements
}

// RowMajor returns a matrix of rows that are stride elements apart.
func RowMajor(data []float32, stride int) Matrix {
	return Matrix{Data: data, Row: stride, Panel: PanelWidth}
}

// Packed returns a [rows, any] matrix in kernel order [panel][row][16]. Its data has PackedLen elements. A matrix of one
// column is better kept row-major with stride 1: a product with it is a dot product then, and no room is lost.
func Packed(data []float32, rows int) Matrix {
	return Matrix{Data: data, Row: PanelWidth, Panel: rows * PanelWidth}
}

// InOrder reports whether a parameter of that shape is kept in kernel order: a matrix of several whole panels.
func InOrder(shape []int) bool {
	return len(shape) == 2 && shape[0] > 1 && shape[1] > PanelWidth && shape[1]%PanelWidth == 0
}

// Panels returns the number of panels of a matrix with that many columns.
func Panels(cols int) int { return (cols + PanelWidth - 1) / PanelWidth }

// PackedLen returns the length of the data of a packed [rows, cols] matrix.
func PackedLen(rows, cols int) int { return rows * Panels(cols) * PanelWidth }

// at returns the index of element (i, j).
func (m Matrix) at(i, j int) int { return i*m.Row + j/PanelWidth*m.Panel + j%PanelWidth }

// holds panics unless the data has room for a [rows, cols] matrix.
func (m Matrix) holds(what string, rows, cols int) {
	if rows < 0 || cols < 0 || m.Row < 0 || m.Panel < 0 {
		panic(fmt.Sprintf("kernel: %s: negative size: [%d %d], row stride %d, panel stride %d", what, rows, cols, m.Row, m.Panel))
	}
	if rows == 0 || cols == 0 {
		return
	}
	last := m.at(rows-1, cols-1)
	if whole := cols / PanelWidth * PanelWidth; whole > 0 { // the last full panel may reach further than a partial one
		last = max(last, m.at(rows-1, whole-1))
	}
	if last >= len(m.Data) {
		panic(fmt.Sprintf("kernel: %s [%d %d] with row stride %d and panel stride %d needs %d elements, has %d",
			what, rows, cols, m.Row, m.Panel, last+1, len(m.Data)))
	}
}

// columns returns the columns [from, to) of panels [j0, j1), and panics unless they are panels of cols columns.
func columns(cols, j0, j1 int) (from, to int) {
	if j0 < 0 || j1 < j0 || j1 > Panels(cols) {
		panic(fmt.Sprintf("kernel: panels [%d, %d) of %d", j0, j1, Panels(cols)))
	}
	return j0 * PanelWidth, min(j1*PanelWidth, cols)
}

func packRef(dst, src Matrix, rows, cols, j0, j1 int) {
	dst.holds("pack: dst", rows, cols)
	src.holds("pack: src", rows, cols)
	from, to := columns(cols, j0, j1)
	for j := from; j < to; j += PanelWidth {
		w := min(PanelWidth, to-j)
		for i := range rows {
			d, s := dst.at(i, j), src.at(i, j)
			copy(dst.Data[d:d+w], src.Data[s:s+w])
		}
	}
}

func packTRef(dst, src Matrix, rows, cols, j0, j1 int) {
	dst.holds("transpose: dst", rows, cols)
	src.holds("transpose: src", cols, rows)
	from, to := columns(cols, j0, j1)
	for j := from; j < to; j++ {
		for i := range rows {
			dst.Data[dst.at(i, j)] = src.Data[src.at(j, i)]
		}
	}
}
