//go:build amd64 && !noasm

package kernel

// Blocks of a product. They decide what stays in which cache, and change no bit of the result: a chain that pauses at a
// block's end is stored and reloaded as it is.
const (
	blockK    = 256       // a panel of B then takes 16 KiB of the first cache
	blockKT   = 128       // the same where columns of A are read: of each of their lines a tile needs 6 numbers of 16
	blockA    = 128 << 10 // bytes of A in the second cache
	blockRows = 1024      // and a call stays short
)

// gemmTile computes tiles of one shape, one below the other; see gemm6x16.
type gemmTile func(a *float32, aRow, aCol uintptr, b *float32, bRow uintptr, k int, c *float32, cRow uintptr,
	bias, mask *float32, maskRow uintptr, lanes *int32, tiles, flags int)

// gemmTiles holds the tiles of 1 to 6 rows for whole panels, for 9 to 15 columns and for 1 to 8.
var gemmTiles = [3][7]gemmTile{
	{nil, gemm1x16, gemm2x16, gemm3x16, gemm4x16, gemm5x16, gemm6x16},
	{nil, gemm1x15, gemm2x15, gemm3x15, gemm4x15, gemm5x15, gemm6x15},
	{nil, gemm1x8, gemm2x8, gemm3x8, gemm4x8, gemm5x8, gemm6x8},
}

// Flags of a tile, as in the generator.
const (
	tileAccumulate = 1 << iota
	tileRelu
)

const floatSize = 4

func gemmVector(g Gemm, i0, i1, j0, j1 int) {
	g.check(i0, i1, j0, j1)
	switch {
	case i0 == i1 || j0 == j1:
		return
	case g.isDot():
		g.dots(i0, i1)
		return
	case g.isRow():
		g, i0, i1, j0, j1 = g.row(i0, i1), 0, 1, 0, Panels(i1-i0)
	}
	if g.B.Row > PanelWidth && i1-i0 >= keepFrom {
		g.keeping(i0, i1, j0, j1)
	} else {
		g.blocks(i0, i1, j0, j1, nil)
	}
}

// keepFrom is the number of rows from which on it pays to keep a panel of a row-major B side by side: its rows are often a
// power of two apart, and few of those fit the first cache together.
const keepFrom = 24

// keeping is blocks with a place for a panel.
//
//go:noinline
func (g *Gemm) keeping(i0, i1, j0, j1 int) {
	var kept [blockK * PanelWidth]float32
	g.blocks(i0, i1, j0, j1, hidden(&kept))
}

// blocks computes a rectangle block by block. With kept, the first tile of a panel leaves its block of B there.
func (g *Gemm) blocks(i0, i1, j0, j1 int, kept *[blockK * PanelWidth]float32) {
	longest := blockK
	if g.ACol > 1 {
		longest = blockKT
	}
	k := max(1, even(g.K, longest))
	rows := even(i1-i0, min(max(blockA/floatSize/k, 12), blockRows))
	for i := i0; i < i1; i += rows {
		for k0 := 0; k0 == 0 || k0 < g.K; k0 += k {
			j := g.wide(i, min(i+rows, i1), j0, j1, k0, min(k0+k, g.K))
			for ; j < j1; j++ {
				g.panel(i, min(i+rows, i1), j, k0, min(k0+k, g.K), kept)
			}
		}
	}
}

// even returns the length of the fewest pieces of about equal length, at most longest, that n is cut into.
func even(n, longest int) int {
	pieces := max(1, (n+longest-1)/longest)
	return (n + pieces - 1) / pieces
}

// dots computes rows [i0, i1) of a product that isDot.
func (g *Gemm) dots(i0, i1 int) {
	for i := i0; i < i1; {
		var c [64]float32
		n := min(len(c), rowsPerCall(g.K), i1-i)
		if g.K > sumBlock {
			c[0] = dotVector(g.A[i*g.ARow:][:g.K], g.B.Data[:g.K])
		} else {
			dotRowsAVX2(&c[0], &g.A[i*g.ARow], &g.B.Data[0], n, g.K, uintptr(g.ARow*floatSize))
		}
		for _, x := range c[:n] {
			g.finish(i, 0, x+g.start(i, 0))
			i++
		}
	}
}

// isRow reports whether a product with one column is, read the other way round, one with one row: Cᵀ = Bᵀ·Aᵀ.
func (g *Gemm) isRow() bool {
	return g.N == 1 && g.ARow == 1 && g.C.Row == 1 && (g.Mask.Data == nil || g.Mask.Row == 1) && g.Bias == nil
}

// row returns that product for elements [i0, i1) of the column. The chains of additions are the same.
func (g *Gemm) row(i0, i1 int) Gemm {
	t := Gemm{
		M: 1, N: i1 - i0, K: g.K,
		A: g.B.Data, ACol: g.B.Row,
		B: RowMajor(g.A[min(i0, len(g.A)):], g.ACol), C: RowMajor(g.C.Data[i0:], 0),
		Relu: g.Relu, Accumulate: g.Accumulate,
	}
	if g.Mask.Data != nil {
		t.Mask = RowMajor(g.Mask.Data[i0:], 0)
	}
	return t
}

// wideTiles are the most tiles of one call for one or two rows: B may come from slow memory.
const wideTiles = 8

// wide computes the first panels of one or two rows several at a time. It returns the first panel that is left.
func (g *Gemm) wide(i0, i1, j0, j1, k0, k1 int) int {
	tile, panels := gemm1x64, 4
	switch i1 - i0 {
	case 1:
	case 2:
		tile, panels = gemm2x32, 2
	default:
		return j0
	}
	for whole := min(j1, g.N/PanelWidth); whole-j0 >= panels; {
		tiles := min((whole-j0)/panels, wideTiles)
		flags, bias := g.ends(j0, k0, k1)
		tile(at(g.A, i0*g.ARow+k0*g.ACol), bytes(g.ARow), bytes(g.ACol),
			at(g.B.Data, g.B.at(k0, j0*PanelWidth)), bytes(g.B.Row), bytes(g.B.Panel), k1-k0,
			at(g.C.Data, g.C.at(i0, j0*PanelWidth)), bytes(g.C.Row), bytes(g.C.Panel),
			bias, g.mask(i0, j0, k1), bytes(g.Mask.Row), bytes(g.Mask.Panel), tiles, flags)
		j0 += tiles * panels
	}
	return j0
}

// panel computes rows [i0, i1) of panel j, for k from k0 to k1.
func (g *Gemm) panel(i0, i1, j, k0, k1 int, kept *[blockK * PanelWidth]float32) {
	flags, bias := g.ends(j, k0, k1)
	kind, lanes := tileKind(g.N - j*PanelWidth)
	b, bRow := at(g.B.Data, g.B.at(k0, j*PanelWidth)), bytes(g.B.Row)
	if kept != nil && kind == 0 && i1-i0 >= keepFrom {
		gemm6x16Keeping(
			at(g.A, i0*g.ARow+k0*g.ACol), bytes(g.ARow), bytes(g.ACol), b, bRow, k1-k0,
			at(g.C.Data, g.C.at(i0, j*PanelWidth)), bytes(g.C.Row),
			bias, g.mask(i0, j, k1), bytes(g.Mask.Row), lanes, 1, flags, &kept[0])
		b, bRow = &kept[0], bytes(PanelWidth)
		i0 += 6
	}
	for i := i0; i < i1; {
		height, count := nextTiles(i1 - i)
		gemmTiles[kind][height](
			at(g.A, i*g.ARow+k0*g.ACol), bytes(g.ARow), bytes(g.ACol),
			b, bRow, k1-k0,
			at(g.C.Data, g.C.at(i, j*PanelWidth)), bytes(g.C.Row),
			bias, g.mask(i, j, k1), bytes(g.Mask.Row), lanes, count, flags)
		i += height * count
	}
}

// ends returns the flags of a tile for k from k0 to k1, and its bias in panel j.
func (g *Gemm) ends(j, k0, k1 int) (flags int, bias *float32) {
	if g.Accumulate || k0 > 0 {
		flags |= tileAccumulate
	}
	if g.Relu && k1 == g.K {
		flags |= tileRelu
	}
	if g.Bias != nil {
		bias = &g.Bias[j*PanelWidth]
	}
	return flags, bias
}

// mask returns the mask of a tile that ends its sums with k1, or nil.
func (g *Gemm) mask(i, j, k1 int) *float32 {
	if g.Mask.Data == nil || k1 < g.K {
		return nil
	}
	return at(g.Mask.Data, g.Mask.at(i, j*PanelWidth))
}

// tileKind returns which tiles a panel needs of which so many columns are left, and the mask of their last vector.
func tileKind(cols int) (kind int, lanes *int32) {
	switch {
	case cols >= PanelWidth:
		return 0, &laneMasks[0]
	case cols > 8:
		return 1, &laneMasks[16-cols]
	}
	return 2, &laneMasks[8-cols]
}

// nextTiles divides rows into tiles of six, and of four where that avoids the slow ones of one or two rows. It returns
// the height of the first tiles and how many of them there are.
func nextTiles(rows int) (height, count int) {
	sixes, rest := rows/6, rows%6
	if (rest == 1 || rest == 2) && sixes > 0 {
		sixes, rest = sixes-1, rest+6 // 4 and 3, or twice 4
	}
	switch {
	case sixes > 0:
		return 6, sixes
	case rest == 8:
		return 4, 2
	case rest == 7:
		return 4, 1
	}
	return rest, 1
}
