package tracer

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

// Hostile files end within two seconds and 300 MiB, refused where they stand with
// the limit and its value.
func TestHostile(t *testing.T) {
	for name, tc := range map[string]struct{ source, want string }{
		"endless loop":       {"while True: pass", "x.py:1:"},
		"doubling ints":      {"x = 1\nfor i in range(60): x = x + x\nprint(x)", ""},
		"doubling string":    {"x = 'a'\nfor i in range(60):\n    x = x + x", "x.py:3:9: memory of all values: "},
		"doubling list":      {"x = [1]\nfor i in range(60):\n    x = x + x", "x.py:3:9: memory of all values: "},
		"repeated string":    {"x = 'a' * 10**12", "x.py:1:5: memory of all values: 1000000000000 bytes (931.3 GiB), above the limit of 268435456 bytes (256.0 MiB) [limit]"},
		"repeated list":      {"x = [0] * 10**12", "x.py:1:5: memory of all values: 40000000000000 bytes (36.4 TiB), above"},
		"beyond 64 bits":     {"x = 'a' * 10**30", "x.py:1:5: memory of all values: more than the limit"},
		"tower":              {"9**9**9", "x.py:1:2: integer: 1162261467 bits, above the limit of 4096 bits [limit]"},
		"tower of big":       {"9**9**99", "integer: more than the limit of 4096 bits [limit]"},
		"shift":              {"1 << 10**9", "integer: "},
		"squares":            {"x = 3\nwhile True: x = x * x", "integer: "},
		"recursion":          {"def f(n): return f(n + 1)\nf(0)", "x.py:1:18: calls inside one another: more than the limit of 200 [limit]"},
		"lambda recursion":   {"f = lambda n: f(n)\nf(0)", "calls inside one another: more than the limit of 200 [limit]"},
		"nested calls":       {"def f(n): return " + strings.Repeat("1 + ", 900) + "f(n)\nf(0)", "[limit]"},
		"left chain":         {"def f(n): return f(n)" + strings.Repeat(" + 1", 900) + "\nf(0)", "[limit]"},
		"long range":         {"[i for i in range(10**12)]", "[limit]"},
		"sum of a range":     {"sum(range(10**15))", "[limit]"},
		"list of a range":    {"list(range(10**15))", "[limit]"},
		"sorted":             {"x = list(range(100000))\nwhile True: x = sorted(x)", "[limit]"},
		"nested repr":        {"x = [1]\nfor i in range(60): x = [x, x]\nprint(x)", "[limit]"},
		"nested equality":    {"x = [1]\ny = [1]\nfor i in range(60):\n    x = [x, x]\n    y = [y, y]\nx == y", "[limit]"},
		"nested key":         {"x = (1,)\nfor i in range(60): x = (x, x)\n{x: 1}", "x.py:3:2: unhashable type: 'tuple'"},
		"list in itself":     {"x = []\nx.append(x)\nprint(x)\nx == [x]", ""},
		"replace":            {"x = 'a' * 1000000\nx.replace('a', x)", "[limit]"},
		"join":               {"x = 'a' * 1000000\nx.join([x] * 10000)", "[limit]"},
		"format width":       {"x = f'{1:1000000}'\nwhile True: x = x + f'{1:1000000}'", "[limit]"},
		"format huge width":  {"f'{1:99999999999}'", "Invalid format specifier"},
		"string of ints":     {"x = 2**4095\nwhile True: str(x)", "[limit]"},
		"big products":       {"x = 2**2047\nwhile True: y = x * x", "[limit]"},
		"big divisions":      {"x = 2**4095\nwhile True: y = x / (x - 1)", "[limit]"},
		"searching":          {"x = 'a' * 1000000\nwhile True: 'b' in x", "[limit]"},
		"indexing":           {"x = 'a' * 1000000\nwhile True: x[5]", "[limit]"},
		"copies":             {"x = [1] * 1000000\nwhile True: y = x[:]", "[limit]"},
		"dicts":              {"d = {}\ni = 0\nwhile True:\n    d[i] = i\n    i += 1", "[limit]"},
		"graph":              {"x = K.constant(1.0)\nwhile True: x = x + 1", "[limit]"},
		"wide graph":         {"x = K.ones((1000, 1000))\nwhile True: x = x * x", "[limit]"},
		"evaluated tensor":   {"print(K.sum(K.ones((10000, 100000))))", "[limit]"},
		"overflowing shape":  {"K.ones((10**12, 10**12, 10**12))", "[limit]"},
		"rank 40":            {"K.ones([1] * 40)", "rank: 40 axes, above the limit of 8 axes"},
		"negative size":      {"K.ones((-5,))", "negative"},
		"generators":         {"x = (i for i in range(3))\nwhile True: x = (i for i in x)", "[limit]"},
		"maps":               {"x = range(3)\nwhile True: x = map(str, x)", "[limit]"},
		"deep maps":          {"x = range(3)\nfor i in range(100000): x = map(str, x)\nlist(x)", "[limit]"},
		"deep generators":    {"x = range(3)\nfor i in range(3000): x = (i for i in x)\nlist(x)", ""},
		"instances":          {"class A: pass\nx = []\nwhile True: x.append(A())", "[limit]"},
		"classes":            {"x = []\nwhile True:\n    class A: pass\n    x.append(A)", "[limit]"},
		"functions":          {"x = []\nwhile True: x.append(lambda: x)", "[limit]"},
		"printing":           {"while True: print('a' * 1000)", "x.py:1:13: printed text: 16777761 bytes (16.0 MiB), above the limit of 16777216 bytes (16.0 MiB) [limit]"},
		"keys":               {"def f(**k): return k\nd = {}\nfor i in range(100000): d[str(i)] = i\nwhile True: f(**d)", "[limit]"},
		"star":               {"def f(*k): return k\nd = [1] * 100000\nwhile True: f(*d)", "[limit]"},
		"errors":             {"while True: undefined_name\n", "[unknown-word]"},
		"growing while read": {"x = [1]\nfor i in x: x.append(i)", "[limit]"},
		"brackets":           {strings.Repeat("(", 60000) + strings.Repeat(")", 60000), "[limit]"},
		"minus signs":        {strings.Repeat("-", 120000) + "1", "[limit]"},
		"long file":          {strings.Repeat("-", 1000000) + "1", "[limit]"},
		"many digits":        {strings.Repeat("9", 100000), "[limit]"},
		"zip":                {"while True: list(zip(*[[1] * 1000] * 1000))", "[limit]"},
		"sets":               {"x = set(range(100000))\nwhile True: x = x | x", "[limit]"},
		"title":              {"x = 'ab ' * 100000\nwhile True: x = x.title()", "[limit]"},
		"strip":              {"x = ' ' * 10000000\nwhile True: y = x.strip()", "[limit]"},
		"count of list":      {"x = [1] * 1000000\nwhile True: x.count(2)", "[limit]"},
		"insert":             {"x = [1] * 1000000\nwhile True: x.insert(0, 1)", "[limit]"},
		"delete":             {"x = [1] * 1000000\nwhile True: x.append(x.pop(0))", "[limit]"},
		"del":                {"x = [1] * 1000000\nwhile len(x) > 3: del x[0]", "[limit]"},
		"split":              {"x = 'a ' * 1000000\nwhile True: x.split()", "[limit]"},
		"lists compared":     {"x = [1] * 1000000\ny = [1] * 1000000\nwhile True: x == y", "[limit]"},
		"len of text":        {"x = 'é' * 1000000\nwhile True: len(x)", "[limit]"},
	} {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := cpuTime()
			_, ds, _ := runWith(tc.source, Config{})
			took := cpuTime() - start
			runtime.ReadMemStats(&after)
			text := ds.Error()
			if !strings.Contains(text, tc.want) || (tc.want == "") != (text == "") {
				t.Errorf("got %.300q, want %q", text, tc.want)
			}
			if took > 2*time.Second {
				t.Errorf("took %v", took)
			}
			if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 300<<20 {
				t.Errorf("the heap grew by %d MiB", grown>>20)
			}
		})
	}
}
