package overlay

import (
	"image/color"
	"testing"
)

func picture() Picture {
	p := Picture{H: 4, W: 5, C: 1, Pix: make([]float32, 20)}
	for i := range p.Pix {
		p.Pix[i] = 0.2 + 0.01*float32(i)
	}
	return p
}

// The greys reach from black to white, whatever the values.
func TestGrey(t *testing.T) {
	m := picture().Grey()
	if m.RGBAAt(0, 0) != (color.RGBA{0, 0, 0, 255}) || m.RGBAAt(4, 3) != (color.RGBA{255, 255, 255, 255}) {
		t.Errorf("%v to %v", m.RGBAAt(0, 0), m.RGBAAt(4, 3))
	}
	flat := Picture{H: 1, W: 1, C: 1, Pix: []float32{3}}
	if flat.Grey().RGBAAt(0, 0).A != 255 {
		t.Error("an image of one value is not drawn")
	}
	colours := Picture{H: 1, W: 1, C: 3, Pix: []float32{1, 0, 0.5}}
	if got := colours.Grey().RGBAAt(0, 0); got != (color.RGBA{255, 0, 128, 255}) {
		t.Errorf("colours are %v", got)
	}
}

// Right, extra and missed pixels have the colours that the report names, green, orange
// and blue, over the image, and others stay.
func TestErrors(t *testing.T) {
	p := Picture{H: 1, W: 4, C: 1, Pix: []float32{0, 1, 1, 1}}
	m := p.Errors([]uint8{0, 1, 0, 1}, []uint8{0, 1, 1, 0})
	for x, want := range []color.RGBA{
		{0, 0, 0, 255},
		{128, 207, 185, 255}, // half of Right, half of white
		{224, 134, 64, 255},  // three quarters of Extra
		{64, 149, 197, 255},  // three quarters of Missed
	} {
		if got := m.RGBAAt(x, 0); got != want {
			t.Errorf("pixel %d is %v, want %v", x, got, want)
		}
	}
	wrong := p.Errors([]uint8{0, 1, 0, 1}, []uint8{0, 2, 0, 1}) // another class than the true one was seen
	if got := wrong.RGBAAt(1, 0); got != (color.RGBA{224, 134, 64, 255}) {
		t.Errorf("a pixel of another class is %v", got)
	}
}

// Edges of a mask are stronger than its inside.
func TestMaskShowsEdges(t *testing.T) {
	p := Picture{H: 5, W: 5, C: 1, Pix: make([]float32, 25)}
	class := make([]uint8, 25)
	for i := range class {
		if y, x := i/5, i%5; y > 0 && y < 4 && x > 0 && x < 4 {
			class[i] = 1
		}
	}
	m := p.Mask(class)
	if inside, edge := m.RGBAAt(2, 2).R, m.RGBAAt(1, 1).R; inside == 0 || edge <= inside {
		t.Errorf("inside %d, edge %d", inside, edge)
	}
}

func TestSmall(t *testing.T) {
	m := Small(picture().Grey(), 2)
	if m.Rect.Dx() != 2 || m.Rect.Dy() != 2 {
		t.Errorf("%v", m.Rect)
	}
	if same := picture().Grey(); Small(same, 5) != same {
		t.Error("a small picture is copied")
	}
}
