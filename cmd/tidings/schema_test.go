package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"tidings/internal/feed"
	"tidings/internal/store"
	"tidings/internal/web"
)

// rules is as much of JSON Schema 2020-12 as the publish API's schema uses.
type rules map[string]any

// accepts reports whether a value is valid. root has the definitions.
func (r rules) accepts(root rules, v any) bool {
	for word, want := range r {
		if !r.keeps(root, word, want, v) {
			return false
		}
	}
	return true
}

// keeps reports whether a value keeps one keyword.
func (r rules) keeps(root rules, word string, want, v any) bool {
	switch word {
	case "$ref":
		name := strings.TrimPrefix(want.(string), "#/$defs/")
		return rules(root["$defs"].(map[string]any)[name].(map[string]any)).accepts(root, v)
	case "type":
		return isOfType(want, v)
	case "const":
		return reflect.DeepEqual(want, v)
	case "enum":
		return countIf(want.([]any), func(one any) bool { return reflect.DeepEqual(one, v) }) > 0
	case "oneOf", "anyOf":
		n := countIf(want.([]any), func(one any) bool { return rules(one.(map[string]any)).accepts(root, v) })
		return n == 1 || n > 1 && word == "anyOf"
	case "pattern":
		s, ok := v.(string)
		return !ok || regexp.MustCompile(want.(string)).MatchString(s)
	case "format":
		return isOfFormat(want.(string), v)
	case "minimum", "maximum":
		n, ok := v.(float64)
		return !ok || word == "minimum" && n >= want.(float64) || word == "maximum" && n <= want.(float64)
	case "minItems", "maxItems", "items":
		list, ok := v.([]any)
		switch n := float64(len(list)); word {
		case "minItems":
			return !ok || n >= want.(float64)
		case "maxItems":
			return !ok || n <= want.(float64)
		}
		return !ok || countIf(list, func(one any) bool { return !rules(want.(map[string]any)).accepts(root, one) }) == 0
	case "required", "properties", "additionalProperties":
		object, ok := v.(map[string]any)
		return !ok || r.holdsOfObject(root, word, want, object)
	case "$schema", "title", "description", "$defs":
		return true
	}
	panic("the schema uses " + word + ", which this test does not know")
}

func (r rules) holdsOfObject(root rules, word string, want any, object map[string]any) bool {
	if word == "required" {
		return countIf(want.([]any), func(name any) bool { _, ok := object[name.(string)]; return !ok }) == 0
	}
	properties, _ := r["properties"].(map[string]any)
	for name, v := range object {
		p, known := properties[name]
		if known && word == "properties" && !rules(p.(map[string]any)).accepts(root, v) || !known && word == "additionalProperties" {
			return false
		}
	}
	return true
}

func countIf(list []any, is func(any) bool) (n int) {
	for _, v := range list {
		if is(v) {
			n++
		}
	}
	return n
}

func isOfType(want, v any) bool {
	if list, ok := want.([]any); ok {
		return countIf(list, func(one any) bool { return isOfType(one, v) }) > 0
	}
	switch v := v.(type) {
	case nil:
		return want == "null"
	case string:
		return want == "string"
	case []any:
		return want == "array"
	case map[string]any:
		return want == "object"
	case float64:
		return want == "number" || want == "integer" && v == float64(int64(v))
	}
	return want == "boolean"
}

func isOfFormat(format string, v any) bool {
	layout := map[string]string{"date-time": time.RFC3339, "date": time.DateOnly}[format]
	s, ok := v.(string)
	_, err := time.Parse(layout, s)
	return !ok || err == nil
}

// publications are what people send, each with whether it is accepted.
func publications() map[string]bool {
	return map[string]bool{
		`{"title":"One"}`:   true,
		`{"summary":"One"}`: true,
		`[{"title":"One"},{"title":"Two","summary":null}]`:                                                                    true,
		`{"title":"One","url":"https://a.example/1","image":"HTTP://a.example/1.png","guid":"1","source":"wire","lang":"en"}`: true,
		`{"title":"One","authors":["Ann",null],"tags":[],"urgency":1,"status":"corrected","id":7,"sources":["a"]}`:            true,
		`{"title":"One","published":"2026-03-04","updated":"2026-03-04T05:06:07+09:00","embargo":"2026-03-04T05:06:07.5Z"}`:   true,
		`{"title":"One","urgency":0,"status":"","url":"","embargo":"","published":""}`:                                        true,
		`{"title":"One","urgency":null,"status":null,"url":null,"authors":null,"published":null,"id":null}`:                   true,
		`{}`:                           false,
		`[]`:                           false,
		`null`:                         false,
		`"One"`:                        false,
		`[[{"title":"One"}]]`:          false,
		`[{"title":"One"},{}]`:         false,
		`{"title":"  "}`:               false,
		`{"title":"","summary":""}`:    false,
		`{"title":null}`:               false,
		`{"title":1}`:                  false,
		`{"titel":"One"}`:              false,
		`{"title":"One","sumary":"x"}`: false,
		`{"title":"One","Title":"x"}`:  false,
		`{"title":"One","url":"ftp://a.example"}`:  false,
		`{"title":"One","url":"a.example"}`:        false,
		`{"title":"One","image":"data:image/png"}`: true,
		`{"title":"One","urgency":10}`:             false,
		`{"title":"One","urgency":-1}`:             false,
		`{"title":"One","urgency":1.5}`:            false,
		`{"title":"One","urgency":"1"}`:            false,
		`{"title":"One","status":"odd"}`:           false,
		`{"title":"One","authors":"Ann"}`:          false,
		`{"title":"One","tags":[1]}`:               false,
		`{"title":"One","published":"yesterday"}`:  false,
		`{"title":"One","embargo":"2026-03-04"}`:   false,
		`{"title":"One","embargo":17}`:             false,
		`{"title":"One","id":"7"}`:                 false,
	}
}

// publishAPI serves the publish API over a store and returns its address.
func publishAPI(t *testing.T, db web.Store) string {
	t.Helper()
	s, err := web.Listen(t.Context(), web.Config{
		Addr: "127.0.0.1:0", Store: db, Tokens: []web.PublishToken{{Token: "open-sesame"}, {Token: "open-barley", Source: "wire"}}, Decode: decodeStrict(time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "http://" + s.Addr()
}

// ask makes a request with the publish token and returns the whole answer.
func ask(t *testing.T, method, url, body string) (status int, answer []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer open-sesame")
	resp, err := (&http.Client{Timeout: patience}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, answer
}

// TestSchema_IsTrue compares what the API accepts with what its schema says.
func TestSchema_IsTrue(t *testing.T) {
	db, err := store.Open(t.Context(), store.Config{URL: "sqlite:" + t.TempDir() + "/tidings.db"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	url := publishAPI(t, db)
	_, data := ask(t, http.MethodGet, url+"/api/schema", "")
	var schema rules
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	for body, want := range publications() {
		var v any
		if err := json.Unmarshal([]byte(body), &v); err != nil {
			t.Fatal(err)
		}
		if got := schema.accepts(schema, v); got != want {
			t.Errorf("the schema accepts %s: %v, want %v", body, got, want)
		}
		status, answer := ask(t, http.MethodPost, url+"/api/articles", body)
		if got := status == http.StatusAccepted; got != want {
			t.Errorf("the API accepts %s: %d %s, want %v", body, status, answer, want)
		}
	}
	names := schema["$defs"].(map[string]any)["article"].(map[string]any)["properties"].(map[string]any)
	for _, name := range feed.FieldNames() {
		if _, ok := names[name]; !ok {
			t.Errorf("the schema does not name %s", name)
		}
	}
}

func TestPublishAPI_GuessesWhatWasMeant(t *testing.T) {
	for name, want := range map[string]string{"titel": "title", "sumary": "summary", "author": "authors", "nonsense": "", "embargoed_until": ""} {
		_, faults := decodeStrict(time.UTC)([]byte(`{"title":"One","` + name + `":"x"}`))
		if len(faults) != 1 || faults[0].Field != name || strings.Contains(faults[0].Detail, "did you mean "+want+"?") != (want != "") {
			t.Errorf("%s: %+v, want a guess at %q", name, faults, want)
		}
	}
}
