package kernel

import "fmt"

// Image is a batch of images whose channels come in blocks of 16. Element (n, y, x, c) is
//
//	Data[Origin + n*Batch + y*Row + x*Pixel + c/16*Block + c%16]
//
// Each image has Halo more pixels on every side. Convolutions read them as padding, so that they have to be zero; nothing
// but ZeroHalo writes them. Channels beyond the image in its last block are neither read nor written.
type Image struct {
	Data                     []float32
	N, H, W, C               int // images, rows, columns, channels
	Halo                     int
	Origin                   int // index of element (0, 0, 0, 0)
	Batch, Row, Pixel, Block int // distances in elements
}

// NHWC returns images whose pixels hold all their channels, in NHWCLen elements.
func NHWC(data []float32, n, h, w, c, halo int) Image {
	row := (w + 2*halo) * c
	return Image{
		Data: data, N: n, H: h, W: w, C: c, Halo: halo,
		Origin: halo * (row + c), Batch: (h + 2*halo) * row, Row: row, Pixel: c, Block: PanelWidth,
	}
}

// NHWCLen returns the length of the data of NHWC.
func NHWCLen(n, h, w, c, halo int) int { return n * (h + 2*halo) * (w + 2*halo) * c }

// Blocked returns images in the order [N][C/16][H][W][16], in BlockedLen elements.
func Blocked(data []float32, n, h, w, c, halo int) Image {
	row := (w + 2*halo) * PanelWidth
	block := (h + 2*halo) * row
	return Image{
		Data: data, N: n, H: h, W: w, C: c, Halo: halo,
		Origin: halo * (row + PanelWidth), Batch: Panels(c) * block, Row: row, Pixel: PanelWidth, Block: block,
	}
}

// BlockedLen returns the length of the data of Blocked.
func BlockedLen(n, h, w, c, halo int) int { return NHWCLen(n, h, w, Panels(c)*PanelWidth, halo) }

// Channels returns the images with channels [from, to) alone: a group of a grouped convolution, or one side of a skip
// connection. Where blocks lie apart, from is a multiple of 16.
func (m Image) Channels(from, to int) Image {
	if from < 0 || to < from || to > m.C || m.Block != PanelWidth && from%PanelWidth != 0 {
		panic(fmt.Sprintf("kernel: channels [%d, %d) of %d, blocks %d apart", from, to, m.C, m.Block))
	}
	m.Origin += from/PanelWidth*m.Block + from%PanelWidth
	m.C = to - from
	return m
}

// Images returns images [from, to) alone.
func (m Image) Images(from, to int) Image {
	if from < 0 || to < from || to > m.N {
		panic(fmt.Sprintf("kernel: images [%d, %d) of %d", from, to, m.N))
	}
	m.Origin += from * m.Batch
	m.N = to - from
	return m
}

// Rows returns the number of rows of all images: row i is row i%H of image i/H.
func (m Image) Rows() int { return m.N * m.H }

// at returns the index of element (n, y, x, c). Pixels of the halo have positions below 0 or beyond the size.
func (m *Image) at(n, y, x, c int) int {
	return m.Origin + n*m.Batch + y*m.Row + x*m.Pixel + c/PanelWidth*m.Block + c%PanelWidth
}

// row returns the index of the first element of row i of all images in block j.
func (m *Image) row(i, j int) int { return m.at(i/m.H, i%m.H, 0, j*PanelWidth) }

// width returns the number of channels in block j.
func (m *Image) width(j int) int { return min(PanelWidth, m.C-j*PanelWidth) }

// holds panics unless the data has room for the images and their halo.
func (m *Image) holds(what, name string) {
	if min(m.N, m.H, m.W, m.C, m.Halo, m.Batch, m.Row, m.Pixel, m.Block) < 0 {
		panic(fmt.Sprintf("kernel: %s: %s: negative size: [%d %d %d %d], halo %d, distances %d, %d, %d, %d",
			what, name, m.N, m.H, m.W, m.C, m.Halo, m.Batch, m.Row, m.Pixel, m.Block))
	}
	if m.N == 0 || m.H == 0 || m.W == 0 || m.C == 0 {
		return
	}
	first := m.at(0, -m.Halo, -m.Halo, 0)
	last := m.at(m.N-1, m.H-1+m.Halo, m.W-1+m.Halo, m.C-1)
	if whole := m.C / PanelWidth * PanelWidth; whole > 0 { // the last full block may reach further than a partial one
		last = max(last, m.at(m.N-1, m.H-1+m.Halo, m.W-1+m.Halo, whole-1))
	}
	if first < 0 || last >= len(m.Data) {
		panic(fmt.Sprintf("kernel: %s: %s [%d %d %d %d] with halo %d needs elements [%d, %d], has %d",
			what, name, m.N, m.H, m.W, m.C, m.Halo, first, last, len(m.Data)))
	}
}

// part panics unless rows [i0, i1) and blocks [j0, j1) are some of the images'.
func (m *Image) part(what string, i0, i1, j0, j1 int) {
	if i0 < 0 || i1 < i0 || i1 > m.Rows() {
		panic(fmt.Sprintf("kernel: %s: rows [%d, %d) of %d", what, i0, i1, m.Rows()))
	}
	columns(m.C, j0, j1)
}

// alike panics unless two images have the same number of images, rows, columns and channels.
func alike(what, nameA, nameB string, a, b *Image) {
	if a.N != b.N || a.H != b.H || a.W != b.W || a.C != b.C {
		panic(fmt.Sprintf("kernel: %s: %s [%d %d %d %d] and %s [%d %d %d %d]", what, nameA, a.N, a.H, a.W, a.C, nameB, b.N, b.H, b.W, b.C))
	}
}
