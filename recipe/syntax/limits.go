package syntax

// Limits bounds what a source may ask of its reader. They are looked at before the work is done, so that any file is read or
// refused in bounded time and memory. A zero field means the default.
type Limits struct {
	Bytes  int // size of the file; default 128 KiB
	Digits int // digits of one number literal, counted before it is converted; default 4,300, as in CPython
	Bits   int // bits of one integer literal; default 4,096
	Depth  int // brackets, blocks, unary operators and right-hand sides inside one another; default 200, CPython's for brackets
	Chain  int // operators, calls, attributes and subscripts that follow one another and nest to the left; default 1,000
	Errors int // errors reported before reading stops; default 100
}

// withDefaults fills the zero fields.
func (l Limits) withDefaults() Limits {
	def := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	def(&l.Bytes, 128<<10)
	def(&l.Digits, 4300)
	def(&l.Bits, 4096)
	def(&l.Depth, 200)
	def(&l.Chain, 1000)
	def(&l.Errors, 100)
	return l
}
