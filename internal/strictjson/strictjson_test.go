package strictjson

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var small = Limits{Depth: 3, Keys: 4}

// read reads {"name": string, "sizes": [ints], "any": value}.
func read(data string) (text string, err error) {
	r, err := NewReader([]byte(data), small)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = r.Object(func(key string) error {
		switch key {
		case "name":
			s, err := r.String()
			fmt.Fprintf(&b, "name=%s ", s)
			return err
		case "sizes":
			return r.Array(func() error {
				n, err := r.Int()
				fmt.Fprintf(&b, "size=%d ", n)
				return err
			})
		case "any":
			raw, err := r.Raw()
			fmt.Fprintf(&b, "any=%s ", raw)
			return err
		}
		return fmt.Errorf("unknown field %q", key)
	})
	return b.String(), err
}

func TestReader(t *testing.T) {
	for _, tc := range []struct{ data, want, fails string }{
		{`{}`, "", ""},
		{` {"name": "a\u00e9", "sizes": [1, -2]} ` + "\n", "name=aé size=1 size=-2 ", ""},
		{`{"any" : {"a": [1.5e3, "x", null, true]} , "sizes":[]}`, `any={"a": [1.5e3, "x", null, true]} `, ""},
		{`{"any":3}`, `any=3 `, ""},
		{`{"any":{"a":[[1]]}}`, "", "nested more than 3 deep"},
		{`{"any":{"a":1,"a":2}}`, "", `byte 17: key "a" a second time`},
		{`{"any":{"a":1,"b":1,"c":1,"d":1,"e":1}}`, "", "more than 4 keys"},
		{`{"any":"\ud800"}`, "", "no Unicode"},
		{`{"name":"a","name":"b"}`, "", `byte 18: key "name" a second time`},
		{`{"name":"a","n\u0061me":"b"}`, "", `key "name" a second time`},
		{`{"NAME":"a"}`, "", `unknown field "NAME"`},
		{`{"name":3}`, "", "byte 9: number 3, want a string"},
		{`{"name":null}`, "", "null, want a string"},
		{`{"name":"\ud800"}`, "", "no Unicode"},
		{`{"sizes":{}}`, "", "an object, want an array"},
		{`{"sizes":[3.0]}`, "", "number 3.0, want a whole number"},
		{`{"sizes":[3e0]}`, "", "number 3e0, want a whole number"},
		{`{"sizes":[9223372036854775808]}`, "", "want a whole number of 64 bits"},
		{`{"sizes":["3"]}`, "", `string "3", want a whole number`},
		{`{"sizes":[true]}`, "", `true, want a whole number`},
		{`[]`, "", "an array, want an object"},
		{`3`, "", "number 3, want an object"},
		{``, "", "not JSON"},
		{`{"name":"a"`, "", "not JSON"},
		{`{"name":"a",}`, "", "not JSON at byte 13"},
		{`{} {}`, "", "not JSON at byte 4"},
		{"\ufeff{}", "", "not JSON at byte 1"},
		{"{\"name\":\"a\xff\"}", "", "byte 10 is not UTF-8"},
		{strings.Repeat("[", 20000), "", "not JSON"},
		{`{"name":"` + strings.Repeat("x", 200) + `","sizes":3}`, "", "number 3, want an array"},
	} {
		got, err := read(tc.data)
		switch {
		case tc.fails == "" && (err != nil || got != tc.want):
			t.Errorf("%.80q: got %q, %v, want %q", tc.data, got, err, tc.want)
		case tc.fails != "" && (err == nil || !strings.Contains(err.Error(), tc.fails)):
			t.Errorf("%.80q: error %v, want %q", tc.data, err, tc.fails)
		}
	}
}

// What encoding/json writes for a value without equal keys is read back whole.
func TestRawKeepsValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.MapOfN(rapid.StringMatching(`[a-z"\\é]{0,4}`), rapid.SliceOf(rapid.Float64Range(-1e9, 1e9)), 0, 4).Draw(t, "value")
		want, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		got, err := read(`{"any": ` + string(want) + `}`)
		if err != nil || got != "any="+string(want)+" " {
			t.Fatalf("got %s, %v, want %s", got, err, want)
		}
	})
}

func FuzzReader(f *testing.F) {
	f.Add(`{"name": "a", "sizes": [1, 2], "any": {"a": [1]}}`)
	f.Add(`{"any":{"a":1,"a":2}}`)
	f.Add("{\"name\":\"\xff\"}")
	f.Fuzz(func(t *testing.T, data string) {
		if _, err := read(data); err == nil && !json.Valid([]byte(data)) {
			t.Errorf("%q was read but is not JSON", data)
		}
	})
}
