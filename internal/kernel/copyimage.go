package kernel

// copyImageRef copies rows [i0, i1) and blocks [j0, j1) of images, perhaps to another layout. The halo of dst stays as it is.
func copyImageRef(dst, src Image, i0, i1, j0, j1 int) {
	checkCopy(&dst, &src, i0, i1, j0, j1)
	if copyRows(&dst, &src, i0, i1, j0, j1) {
		return
	}
	for i := i0; i < i1; i++ {
		for j := j0; j < j1; j++ {
			d, s, w := dst.row(i, j), src.row(i, j), dst.width(j)
			for range dst.W {
				copy(dst.Data[d:d+w], src.Data[s:s+w])
				d += dst.Pixel
				s += src.Pixel
			}
		}
	}
}

// copyRows copies rows that are one piece of memory in both images, and reports whether they are.
func copyRows(dst, src *Image, i0, i1, j0, j1 int) bool {
	if !dst.dense() || !src.dense() || j0 > 0 || j1 < Panels(dst.C) {
		return false
	}
	for i := i0; i < i1; i++ {
		d, s, n := dst.row(i, 0), src.row(i, 0), dst.W*dst.C
		copy(dst.Data[d:d+n], src.Data[s:s+n])
	}
	return true
}

// dense reports whether pixels that are neighbours along a row lie behind each other, with all their channels.
func (m *Image) dense() bool { return m.Pixel == m.C && (m.Block == PanelWidth || m.C <= PanelWidth) }

func checkCopy(dst, src *Image, i0, i1, j0, j1 int) {
	dst.holds("copy", "dst")
	src.holds("copy", "src")
	alike("copy", "dst", "src", dst, src)
	dst.part("copy", i0, i1, j0, j1)
}

// zeroHalo sets the halo of rows [i0, i1) and blocks [j0, j1) to zero. What lies above an image belongs to its first row,
// what lies below to its last one. It is made of memory alone and the same in every set.
func zeroHalo(m Image, i0, i1, j0, j1 int) {
	m.holds("zero halo", "image")
	m.part("zero halo", i0, i1, j0, j1)
	for i := i0; i < i1; i++ {
		n, y := i/m.H, i%m.H
		for j := j0; j < j1; j++ {
			m.clearPixels(n, y, -m.Halo, m.Halo, j)
			m.clearPixels(n, y, m.W, m.Halo, j)
			if y == 0 {
				for h := range m.Halo {
					m.clearPixels(n, -1-h, -m.Halo, m.W+2*m.Halo, j)
				}
			}
			if y == m.H-1 {
				for h := range m.Halo {
					m.clearPixels(n, m.H+h, -m.Halo, m.W+2*m.Halo, j)
				}
			}
		}
	}
}

// clearPixels sets count pixels of block j to zero.
func (m *Image) clearPixels(n, y, x, count, j int) {
	at, w := m.at(n, y, x, j*PanelWidth), m.width(j)
	if m.Pixel == w {
		clear(m.Data[at : at+count*w])
		return
	}
	for range count {
		clear(m.Data[at : at+w])
		at += m.Pixel
	}
}
