package kernel

import "fmt"

// winogradForm holds the matrices of F(MxM, 3x3) and their transposes.
type winogradForm struct {
	bt, g, at [][]float32
	gt, a     [][]float32
}

var winogradForms = map[int]winogradForm{
	2: newWinogradForm(
		[][]float32{{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, -1, 0, 1}},
		[][]float32{{1, 0, 0}, {.5, .5, .5}, {.5, -.5, .5}, {0, 0, 1}},
		[][]float32{{1, 1, 1, 0}, {0, 1, -1, 1}},
	),
	4: newWinogradForm(
		[][]float32{{4, 0, -5, 0, 1, 0}, {0, -4, -4, 1, 1, 0}, {0, 4, -4, -1, 1, 0}, {0, -2, -1, 2, 1, 0}, {0, 2, -1, -2, 1, 0}, {0, 4, 0, -5, 0, 1}},
		[][]float32{{1. / 4, 0, 0}, {-1. / 6, -1. / 6, -1. / 6}, {-1. / 6, 1. / 6, -1. / 6}, {1. / 24, 1. / 12, 1. / 6}, {1. / 24, -1. / 12, 1. / 6}, {0, 0, 1}},
		[][]float32{{1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 0}, {0, 1, 1, 4, 4, 0}, {0, 1, -1, 8, -8, 1}},
	),
}

func newWinogradForm(bt, g, at [][]float32) winogradForm {
	return winogradForm{bt: bt, g: g, at: at, gt: transposed(g), a: transposed(at)}
}

func transposed(m [][]float32) [][]float32 {
	t := make([][]float32, len(m[0]))
	for i := range t {
		for _, row := range m {
			t[i] = append(t[i], row[i])
		}
	}
	return t
}

// patch is a square matrix of up to 6x6.
type patch [6][6]float32

// sandwich returns m·x·mᵀ.
func sandwich(m [][]float32, x *patch) (y patch) {
	var half patch
	for i, row := range m {
		for j := range row {
			for k, e := range row {
				half[i][j] += float32(e * x[k][j])
			}
		}
	}
	for i := range m {
		for j, row := range m {
			for k, e := range row {
				y[i][j] += float32(e * half[i][k])
			}
		}
	}
	return y
}

func winogradRef(w Winograd, b0, b1, j0, j1 int, scratch []float32) {
	w.check("winograd", b0, b1, j0, j1, scratch)
	w.checkEpilogue("winograd")
	form := winogradForms[w.M]
	v, m := scratch[:points(w.M)*w.vStep()], scratch[points(w.M)*w.vStep():]
	for b := b0; b < b1; b++ {
		t0, t1 := w.blockTilesOf(b)
		w.patchesRef(v, form, t0, t1)
		for j := j0; j < j1; j++ {
			for p := range points(w.M) {
				for t := range t1 - t0 {
					var acc [PanelWidth]float32
					u := w.position(j, p)
					for c, a := range v[p*w.vStep()+t*w.In.C:][:w.In.C] {
						addScaled(&acc, a, u[c*PanelWidth:], PanelWidth)
					}
					copy(m[p*w.mStep()+t*PanelWidth:], acc[:])
				}
			}
			for t := t0; t < t1; t++ {
				w.tileRef(m[(t-t0)*PanelWidth:], form, t, j)
			}
		}
	}
}

// blockTilesOf returns the tiles of block b.
func (w *Winograd) blockTilesOf(b int) (t0, t1 int) {
	h, v := w.tiles()
	return b * w.block(), min((b+1)*w.block(), w.Out.N*h*v)
}

// position returns the [in][16] matrix of position p in panel j of the weights.
func (w *Winograd) position(j, p int) []float32 { return w.Weights[pointAt(w.M, w.In.C, j, p, 0):] }

// tile returns the image of tile t and its first output pixel.
func (w *Winograd) tile(t int) (n, y, x int) {
	h, v := w.tiles()
	return t / (h * v), t / v % h * w.M, t % v * w.M
}

// patchesRef writes the transformed patches of tiles [t0, t1) to v.
func (w *Winograd) patchesRef(v []float32, form winogradForm, t0, t1 int) {
	for t := t0; t < t1; t++ {
		n, y, x := w.tile(t)
		for c := range w.In.C {
			var d patch
			for i := range w.M + 2 {
				for j := range w.M + 2 {
					d[i][j] = w.padded(n, y-w.Window.H.Pad+i, x-w.Window.W.Pad+j, c)
				}
			}
			d = sandwich(form.bt, &d)
			for p := range points(w.M) {
				v[p*w.vStep()+(t-t0)*w.In.C+c] = d[p/(w.M+2)][p%(w.M+2)]
			}
		}
	}
}

// padded returns an element of the input, zero beyond the halo.
func (w *Winograd) padded(n, y, x, c int) float32 {
	if min(y, x) < -w.In.Halo || y >= w.In.H+w.In.Halo || x >= w.In.W+w.In.Halo {
		return 0
	}
	return w.In.Data[w.In.at(n, y, x, c)]
}

// tileRef transforms the products of tile t in panel j back and stores what lies in the image.
func (w *Winograd) tileRef(m []float32, form winogradForm, t, j int) {
	n, y, x := w.tile(t)
	for l := range PanelWidth {
		var d patch
		for p := range points(w.M) {
			d[p/(w.M+2)][p%(w.M+2)] = m[p*w.mStep()+l]
		}
		d = sandwich(form.at, &d)
		for i := range min(w.M, w.Out.H-y) {
			for k := range min(w.M, w.Out.W-x) {
				o := j*PanelWidth + l
				w.finish(n, y+i, x+k, o, d[i][k]+w.start(n, y+i, x+k, o))
			}
		}
	}
}

// winogradGradRef adds the weight gradient of blocks [b0, b1) and panels [j0, j1) to dU, and the bias gradient to the
// bias. The sum of a block is one chain over its tiles; these sums are added in order.
func winogradGradRef(w Winograd, b0, b1, j0, j1 int, scratch []float32) {
	w.checkGradient(b0, b1, j0, j1, scratch)
	form := winogradForms[w.M]
	v, z := scratch[:points(w.M)*w.vStep()], scratch[points(w.M)*w.vStep():]
	for b := b0; b < b1; b++ {
		t0, t1 := w.blockTilesOf(b)
		w.patchesRef(v, form, t0, t1)
		for j := j0; j < j1; j++ {
			w.gradientTilesRef(z, form, t0, t1, j)
			for p := range points(w.M) {
				du := w.position(j, p)
				for c := range w.In.C {
					var acc [PanelWidth]float32
					for t := range t1 - t0 {
						addScaled(&acc, v[p*w.vStep()+t*w.In.C+c], z[p*w.mStep()+t*PanelWidth:], PanelWidth)
					}
					for l, x := range acc {
						du[c*PanelWidth+l] += x
					}
				}
			}
			w.addBias(z, t1-t0, j, sumColumnsRef)
		}
	}
}

func (w *Winograd) checkGradient(b0, b1, j0, j1 int, scratch []float32) {
	w.check("winograd gradient", b0, b1, j0, j1, scratch)
	if w.Bias != nil && len(w.Bias) < w.Out.C {
		panic(fmt.Sprintf("kernel: winograd gradient: bias has %d elements, out has %d channels", len(w.Bias), w.Out.C))
	}
}

// addBias adds the sums over the pixels of each tile, which are position (1, 1) of its transform, to panel j of the bias.
func (w *Winograd) addBias(z []float32, tiles, j int, sumColumns func(dst, a []float32, rows, cols, stride int)) {
	if w.Bias != nil {
		sumColumns(w.Bias[j*PanelWidth:][:PanelWidth], z[(w.M+3)*w.mStep():], tiles, PanelWidth, PanelWidth)
	}
}

// gradientTilesRef writes the transformed tiles [t0, t1) of panel j of the output's gradient to z.
func (w *Winograd) gradientTilesRef(z []float32, form winogradForm, t0, t1, j int) {
	for t := t0; t < t1; t++ {
		n, y, x := w.tile(t)
		for l := range PanelWidth {
			var d patch
			for i := range min(w.M, w.Out.H-y) {
				for k := range min(w.M, w.Out.W-x) {
					d[i][k] = w.Out.Data[w.Out.at(n, y+i, x+k, j*PanelWidth+l)]
				}
			}
			d = sandwich(form.a, &d)
			for p := range points(w.M) {
				z[p*w.mStep()+(t-t0)*PanelWidth+l] = d[p/(w.M+2)][p%(w.M+2)]
			}
		}
	}
}

// winogradWeightsRef sets panels [j0, j1) of U from weights in kernel order.
func winogradWeightsRef(u, weights []float32, m, in, out, j0, j1 int) {
	checkWinogradWeights(u, weights, m, in, out, j0, j1)
	form := winogradForms[m]
	for j := j0; j < j1; j++ {
		for c := range in {
			for l := range PanelWidth {
				var d patch
				for t := range 9 {
					d[t/3][t%3] = weights[filterAt(in, j, t, c)+l]
				}
				d = sandwich(form.g, &d)
				for p := range points(m) {
					u[pointAt(m, in, j, p, c)+l] = d[p/(m+2)][p%(m+2)]
				}
			}
		}
	}
}

// winogradFoldRef sets panels [j0, j1) of the gradient of weights in kernel order from dU, which is lost.
func winogradFoldRef(dw, du []float32, m, in, out, j0, j1 int) {
	checkWinogradWeights(du, dw, m, in, out, j0, j1)
	form := winogradForms[m]
	for j := j0; j < j1; j++ {
		for c := range in {
			for l := range PanelWidth {
				var d patch
				for p := range points(m) {
					d[p/(m+2)][p%(m+2)] = du[pointAt(m, in, j, p, c)+l]
				}
				d = sandwich(form.gt, &d)
				for t := range 9 {
					dw[filterAt(in, j, t, c)+l] = d[t/3][t%3]
				}
			}
		}
	}
}

// filterAt returns the index of panel j of a tap and an input channel in kernel order, pointAt that of a position and an
// input channel in U.
func filterAt(in, j, tap, c int) int { return (j*9*in + weight(9, in, tap, c)) * PanelWidth }
func pointAt(m, in, j, p, c int) int {
	return (j*points(m)+p)*(in*PanelWidth+gap) + c*PanelWidth
}

func checkWinogradWeights(u, weights []float32, m, in, out, j0, j1 int) {
	if m != 2 && m != 4 || in%PanelWidth != 0 || out%PanelWidth != 0 {
		panic(fmt.Sprintf("kernel: winograd weights: tiles of %d, %d channels in, %d out", m, in, out))
	}
	columns(out, j0, j1)
	if len(u) < WinogradLen(m, in, out) || len(weights) < PackedLen(9*in, out) {
		panic(fmt.Sprintf("kernel: winograd weights: %d for %d, needs %d for %d",
			len(u), len(weights), WinogradLen(m, in, out), PackedLen(9*in, out)))
	}
}
