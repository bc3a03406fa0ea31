package image

// Around returns a piece of the sample of that size, which must not be larger: the one
// around its first pixel of a class other than 0, or its first corner.
func (s *Sample) Around(size Size) *Sample {
	y, x := 0, 0
	for i, c := range s.Mask {
		if c != 0 {
			y, x = i/s.W, i%s.W
			break
		}
	}
	y0 := min(max(y-size.H/2, 0), s.H-size.H)
	x0 := min(max(x-size.W/2, 0), s.W-size.W)
	piece := &Sample{H: size.H, W: size.W, C: s.C}
	for i := y0; i < y0+size.H; i++ {
		at := i*s.W + x0
		piece.Pix = append(piece.Pix, s.Pix[at*s.C:(at+size.W)*s.C]...)
		if s.Mask != nil {
			piece.Mask = append(piece.Mask, s.Mask[at:at+size.W]...)
		}
		if s.Weight != nil {
			piece.Weight = append(piece.Weight, s.Weight[at:at+size.W]...)
		}
	}
	return piece
}
