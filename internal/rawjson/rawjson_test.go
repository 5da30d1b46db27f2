package rawjson_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/internal/rawjson"
)

// samples are sound JSON of every kind.
func samples() []string {
	return []string{
		`null`, `[]`, `{}`, ` [ ] `, "\t{\n}\r", `"a"`, `-1.5e3`, `true`,
		`[1,2, 3 ,"4",[5,[6]],{"7":8},null,"]",",","\"","\\"]`,
		` { "a" : 1 , "b":[{"c":"}"}], "a":"twice" ,"\u0061\"":"" } `,
		`["\u0041\uD83D\ude00\ud83dx\ud83d\u0041\\\/\b\f\n\r\t","é",""]`, `[[[[[]]]]]`, `[{},{},{}]`,
	}
}

// all takes a value apart with the library.
func all(t *testing.T, data []byte) (list []json.RawMessage, fields map[string]json.RawMessage) {
	t.Helper()
	if json.Unmarshal(data, &list) != nil {
		list = nil
	}
	if json.Unmarshal(data, &fields) != nil {
		fields = nil
	}
	return list, fields
}

// holdAgainstTheLibrary takes a value apart in both ways.
func holdAgainstTheLibrary(t *testing.T, data []byte) {
	t.Helper()
	list, fields := all(t, data)
	var gotList []json.RawMessage
	for e := range rawjson.Elements(data) {
		gotList = append(gotList, e)
	}
	if len(list)+len(gotList) > 0 && !cmp.Equal(list, gotList) {
		t.Errorf("%s: elements %s", data, cmp.Diff(list, gotList))
	}
	got := map[string]json.RawMessage{}
	for name, value := range rawjson.Fields(data) {
		text, ok := rawjson.String(name)
		if !ok {
			t.Errorf("%s: a field's name is %s", data, name)
		}
		got[strings.ToValidUTF8(text, "\ufffd")] = value
	}
	if len(fields)+len(got) > 0 && !cmp.Equal(fields, got) {
		t.Errorf("%s: fields %s", data, cmp.Diff(fields, got))
	}
	for _, value := range gotList {
		var want string
		isString := json.Unmarshal(value, &want) == nil && string(value) != "null"
		text, ok := rawjson.String(value)
		if ok != isString || ok && strings.ToValidUTF8(text, "") != strings.ToValidUTF8(strings.ReplaceAll(want, "\ufffd", ""), "") && !strings.Contains(want, "\ufffd") {
			t.Errorf("%s is %q, %t; want %q, %t", value, text, ok, want, isString)
		}
	}
}

func TestTakesApartAsTheLibraryDoes(t *testing.T) {
	t.Parallel()
	for _, data := range samples() {
		holdAgainstTheLibrary(t, []byte(data))
	}
	for in, want := range map[string]string{
		`"\ud83d\ude00"`: "😀", `"\ud83d"`: "\ufffd", `"\ud83dx"`: "\ufffdx", `"\ud83d\u0041"`: "\ufffdA", `"a\"\\\/\n"`: "a\"\\/\n",
	} {
		if got, ok := rawjson.String([]byte(in)); got != want || !ok {
			t.Errorf("%s is %q, want %q", in, got, want)
		}
	}
}

func TestElements_EndWhenNobodyWantsMore(t *testing.T) {
	t.Parallel()
	n := 0
	for range rawjson.Elements([]byte(`[1,2,3]`)) {
		if n++; n == 2 {
			break
		}
	}
	for range rawjson.Fields([]byte(`{"a":1,"b":2}`)) {
		n++
		break
	}
	if n != 3 {
		t.Errorf("walked over %d, want 3", n)
	}
}

func FuzzTakesApart(f *testing.F) {
	for _, data := range samples() {
		f.Add([]byte(data))
	}
	f.Add([]byte(`["\u`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if json.Valid(data) {
			holdAgainstTheLibrary(t, data)
			return
		}
		for name, value := range rawjson.Fields(data) { // no panic
			rawjson.String(name)
			rawjson.String(value)
		}
		for value := range rawjson.Elements(data) {
			rawjson.String(value)
		}
	})
}
