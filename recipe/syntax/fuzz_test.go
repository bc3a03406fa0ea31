package syntax

import "testing"

// FuzzParse checks that any bytes give a tree or errors, in bounded time, with positions inside the file.
func FuzzParse(f *testing.F) {
	for _, src := range seeds(f) {
		f.Add(src)
	}
	for _, src := range badSources(f) {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		m, _ := checkParse(t, src)
		Walk(m, func(n Node) bool { return n != nil })
	})
}
