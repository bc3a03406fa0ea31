package kernel

import "fmt"

// same panics unless the operand has the length of dst.
func same(dst, operand int) {
	if dst != operand {
		panic(fmt.Sprintf("kernel: operand has %d elements, dst has %d", operand, dst))
	}
}

// holds panics unless a slice of length n has room for rows of cols elements, each a stride after the one before.
func holds(what string, n, rows, cols, stride int) {
	if rows < 0 || cols < 0 || stride < 0 {
		panic(fmt.Sprintf("kernel: %s: negative size: %d rows, %d columns, stride %d", what, rows, cols, stride))
	}
	if rows == 0 || cols == 0 {
		return
	}
	if need := (rows-1)*stride + cols; n < need {
		panic(fmt.Sprintf("kernel: %s has %d elements, %d rows of %d with stride %d need %d", what, n, rows, cols, stride, need))
	}
}
