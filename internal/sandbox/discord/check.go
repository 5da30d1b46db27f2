package discord

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// check collects what is wrong with a form, in the nested shape of Discord's "Invalid Form Body".
type check struct {
	errors map[string]any
}

// fail notes a fault of the field at path.
func (c *check) fail(path []string, code, message string) {
	if c.errors == nil {
		c.errors = map[string]any{}
	}
	node := c.errors
	for _, key := range path {
		next, ok := node[key].(map[string]any)
		if !ok {
			next = map[string]any{}
			node[key] = next
		}
		node = next
	}
	list, _ := node["_errors"].([]any)
	node["_errors"] = append(list, map[string]any{"code": code, "message": message})
}

func (c *check) err() *apiError {
	if c.errors == nil {
		return nil
	}
	return &apiError{status: 400, Code: 50035, Message: "Invalid Form Body", Errors: c.errors}
}

// object is a JSON object under check. Its methods read one field each and note what is wrong with it; a null
// counts as absent.
type object struct {
	check  *check
	path   []string
	fields map[string]any
}

// parse reads the body of c, JSON or a form with payload_json.
func parse(c call) (object, *check, *apiError) {
	value, files, e := body(c)
	if e != nil {
		return object{}, nil, e
	}
	check := &check{}
	o := object{check: check}
	o.fields, _ = value.(map[string]any)
	if o.fields == nil {
		check.fail(nil, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
		return o, check, check.err()
	}
	if files != nil {
		o.fields["\x00files"] = files // not a name that JSON sent by a bot would use
	}
	return o, check, nil
}

// body decodes the body and returns the names of uploaded files.
func body(c call) (value any, files []string, e *apiError) {
	kind, params, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" && kind != "multipart/form-data" {
		return nil, nil, &apiError{status: 400, Misc: "Expected \"Content-Type\" header to be one of " +
			"{'multipart/form-data', 'application/x-www-form-urlencoded', 'application/json'}."}
	}
	invalid := refusal(400, 50109, "The request body contains invalid JSON.")
	var text io.Reader = c.Body
	if kind == "multipart/form-data" {
		if params["boundary"] == "" || c.ParseMultipartForm(maxBody) != nil {
			return nil, nil, refusal(400, 50035, "Invalid Form Body")
		}
		files = []string{}
		for _, headers := range c.MultipartForm.File {
			for _, h := range headers {
				files = append(files, h.Filename)
			}
		}
		slices.Sort(files)
		text = strings.NewReader(c.FormValue("payload_json"))
		if c.FormValue("payload_json") == "" {
			return map[string]any{}, files, nil
		}
	}
	raw, err := io.ReadAll(text)
	if err != nil || !utf8.Valid(raw) {
		return nil, nil, invalid
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if dec.Decode(&value) != nil || dec.Decode(new(any)) != io.EOF {
		return nil, nil, invalid
	}
	return value, files, nil
}

func (o object) at(key string) []string { return append(slices.Clone(o.path), key) }

func (o object) fail(key, code, message string) { o.check.fail(o.at(key), code, message) }

// has reports whether the field was sent, even as null.
func (o object) has(key string) bool {
	_, ok := o.fields[key]
	return ok
}

// string reads a text of at most most code points. Surrounding space is cut, as Discord does.
func (o object) string(key string, most int) string {
	switch v := o.fields[key].(type) {
	case nil:
		return ""
	case string:
		v = strings.TrimSpace(v)
		if utf8.RuneCountInString(v) > most {
			o.fail(key, "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", most))
		}
		return v
	default:
		o.fail(key, "STRING_TYPE_CONVERT", fmt.Sprintf("Could not interpret %q as string.", fmt.Sprint(v)))
		return ""
	}
}

// requiredString reads a text of one to most code points that must be there.
func (o object) requiredString(key string, most int) string {
	if o.fields[key] == nil {
		o.fail(key, "BASE_TYPE_REQUIRED", "This field is required")
		return ""
	}
	s, ok := o.fields[key].(string)
	if !ok {
		return o.string(key, most) // notes the wrong type
	}
	s = strings.TrimSpace(s)
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		o.fail(key, "BASE_TYPE_REQUIRED", "This field is required")
	case n > most:
		o.fail(key, "BASE_TYPE_BAD_LENGTH", fmt.Sprintf("Must be between 1 and %d in length.", most))
	}
	return s
}

// int reads a whole number, which may be written as a string.
func (o object) int(key string, least, most int64) (n int64, ok bool) {
	v := o.fields[key]
	if v == nil {
		return 0, false
	}
	text := fmt.Sprint(v)
	_, isBool := v.(bool)
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil || isBool:
		o.fail(key, "NUMBER_TYPE_COERCE", fmt.Sprintf("Value %q is not int.", text))
	case n < least:
		o.fail(key, "NUMBER_TYPE_MIN", fmt.Sprintf("int value should be greater than or equal to %d.", least))
	case n > most:
		o.fail(key, "NUMBER_TYPE_MAX", fmt.Sprintf("int value should be less than or equal to %d.", most))
	default:
		return n, true
	}
	return 0, false
}

// choice reads a number that must be there and be one of the given ones.
func (o object) choice(key string, choices ...int64) int64 {
	if o.fields[key] == nil {
		o.fail(key, "BASE_TYPE_REQUIRED", "This field is required")
		return 0
	}
	n, ok := o.int(key, -1<<62, 1<<62)
	if ok && !slices.Contains(choices, n) {
		list := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(choices)), ", "), "[]")
		o.fail(key, "BASE_TYPE_CHOICES", "Value must be one of {"+list+"}.")
		return 0
	}
	return n
}

func (o object) bool(key string) bool {
	v, ok := o.fields[key].(bool)
	if !ok && o.fields[key] != nil {
		o.fail(key, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
	}
	return v
}

// list reads a list of at most most values.
func (o object) list(key string, most int) []any {
	v, ok := o.fields[key].([]any)
	switch {
	case !ok && o.fields[key] != nil:
		o.fail(key, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
	case len(v) > most:
		o.fail(key, "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", most))
	}
	return v
}

// objects reads a list of objects.
func (o object) objects(key string, most int) []object {
	var objects []object
	for i, v := range o.list(key, most) {
		item := object{check: o.check, path: append(o.at(key), strconv.Itoa(i))}
		var ok bool
		if item.fields, ok = v.(map[string]any); !ok {
			o.check.fail(item.path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
			continue
		}
		objects = append(objects, item)
	}
	return objects
}

// strings reads a list of texts.
func (o object) strings(key string, most int) []string {
	var texts []string
	for i, v := range o.list(key, most) {
		s, ok := v.(string)
		if !ok {
			o.check.fail(append(o.at(key), strconv.Itoa(i)), "STRING_TYPE_CONVERT",
				fmt.Sprintf("Could not interpret %q as string.", fmt.Sprint(v)))
		}
		texts = append(texts, s)
	}
	return texts
}

// object reads an object.
func (o object) object(key string) (object, bool) {
	fields, ok := o.fields[key].(map[string]any)
	if !ok && o.fields[key] != nil {
		o.fail(key, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
	}
	return object{check: o.check, path: o.at(key), fields: fields}, ok
}

// url reads an address with one of the given schemes.
func (o object) url(key string, most int, schemes ...string) string {
	s := o.string(key, most)
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme == "":
		o.fail(key, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
	case !slices.Contains(schemes, u.Scheme):
		o.fail(key, "URL_TYPE_INVALID_SCHEME",
			fmt.Sprintf("Scheme %q is not one of ('%s').", u.Scheme, strings.Join(schemes, "', '")))
	case u.Host == "" || u.Scheme != "attachment" && !strings.Contains(u.Hostname(), "."):
		o.fail(key, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
	}
	return s
}
