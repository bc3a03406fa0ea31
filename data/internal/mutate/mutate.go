// Package mutate damages files, for tests of the readers.
package mutate

import (
	"encoding/binary"
	"math/rand/v2"
)

// Bytes returns a damaged copy of b: bits flipped, bytes changed, its end cut off, a piece moved, doubled or taken out, or a number
// set to one that length fields fear. The damage is a function of b and n.
func Bytes(b []byte, n int) []byte {
	r := rand.New(rand.NewPCG(0x6d757461, uint64(n)))
	out := append([]byte(nil), b...)
	for range 1 + r.IntN(3) {
		if len(out) < 16 {
			return out
		}
		at := r.IntN(len(out))
		if r.IntN(2) == 0 {
			at = r.IntN(min(len(out), 64)) // headers are where it hurts
		}
		switch r.IntN(6) {
		case 0:
			out[at] ^= 1 << r.IntN(8)
		case 1:
			out[at] = byte(r.Uint32())
		case 2:
			out = out[:at]
		case 3:
			from, length := r.IntN(len(out)), r.IntN(64)
			copy(out[at:], out[from:min(len(out), from+length)])
		case 4:
			piece := append([]byte(nil), out[at:min(len(out), at+r.IntN(64))]...)
			out = append(out[:at:at], append(piece, out[at:]...)...)
		case 5:
			number(r, out[at:])
		}
	}
	return out
}

// number writes an extreme number at the beginning of b.
func number(r *rand.Rand, b []byte) {
	v := []uint64{0, 1, 1<<64 - 1, 1<<31 - 1, 1 << 31, 1<<32 - 1, 1<<63 - 1, 1 << 16}[r.IntN(8)]
	orders := []binary.ByteOrder{binary.LittleEndian, binary.BigEndian}
	order := orders[r.IntN(2)]
	switch width := []int{2, 4, 8}[r.IntN(3)]; {
	case width > len(b):
	case width == 2:
		order.PutUint16(b, uint16(v))
	case width == 4:
		order.PutUint32(b, uint32(v))
	case width == 8:
		order.PutUint64(b, v)
	}
}
