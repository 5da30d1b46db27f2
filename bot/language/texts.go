package language

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// texts are the entries of a catalog. Their strings are parts of its content, unless something in them was escaped.
type texts struct {
	forms  []string        // of all entries, one after the other
	places map[string]span // of an entry among forms, by its key
}

// span is where the forms of an entry are: one, or as many as its language has of a plural.
type span struct{ from, to uint16 }

// entryKey is what an entry is filed under: gettext's own way to put its context before its text.
func entryKey(context, id string) string {
	if context == "" {
		return id
	}
	return context + contextEnd + id
}

const contextEnd = "\x04"

// said returns a form of an entry; empty if there is none.
func (t *texts) said(context, id string, form int) string {
	at := t.places[entryKey(context, id)]
	if form < 0 || form >= int(at.to-at.from) {
		return ""
	}
	return t.forms[int(at.from)+form]
}

// ids returns the texts of entries with a context.
func (t *texts) ids(context string) []string {
	var list []string
	for key := range t.places {
		if id, ok := strings.CutPrefix(key, context+contextEnd); ok {
			list = append(list, id)
		}
	}
	return list
}

// header returns a field of the catalog's header, which is filed under nothing; empty if it isn't there.
func (t *texts) header(name string) string {
	for line := range strings.Lines(t.said("", "", 0)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// readTexts reads a catalog in the format of gettext.
// https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
func readTexts(content string) (*texts, error) {
	r := textReader{texts: &texts{places: map[string]span{}}}
	number := 0
	for line := range strings.Lines(content) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if err := r.line(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
	return r.texts, r.end()
}

// textReader is what has been read of an entry.
type textReader struct {
	*texts
	context, id string
	plural      string  // the same for many, by which nothing is filed
	from        int     // of its forms
	last        *string // what a line that is only a string goes on with
}

// line reads a line that is not empty.
func (r *textReader) line(line string) error {
	at := strings.IndexByte(line, '"')
	if at < 0 {
		return fmt.Errorf("%q has no text", line)
	}
	keyword := strings.TrimSpace(line[:at])
	text, err := unquote(line[at:])
	if err != nil {
		return fmt.Errorf("%s: %w", line[at:], err)
	}
	switch form, isForm := strings.CutPrefix(keyword, "msgstr"); {
	case keyword == "" && r.last != nil:
		*r.last += text
	case keyword == "msgctxt":
		return r.begin(&r.context, text)
	case keyword == "msgid":
		return r.begin(&r.id, text)
	case keyword == "msgid_plural":
		r.plural, r.last = text, &r.plural
	case isForm && (form == "" || form == fmt.Sprintf("[%d]", len(r.forms)-r.from)):
		r.forms = append(r.forms, text)
		r.last = &r.forms[len(r.forms)-1]
	default:
		return fmt.Errorf("%q is not expected here", line)
	}
	return nil
}

// begin reads the context or the text of an entry. With the first of them, the one before ends.
func (r *textReader) begin(field *string, text string) error {
	if len(r.forms) > r.from {
		if err := r.end(); err != nil {
			return err
		}
	}
	*field, r.last = text, field
	return nil
}

// end files the entry.
func (r *textReader) end() error {
	key, to := entryKey(r.context, r.id), len(r.forms)
	switch _, known := r.places[key]; {
	case known:
		return fmt.Errorf("entry %q is there twice", key)
	case to == r.from:
		return fmt.Errorf("entry %q has no translation", key)
	case to > math.MaxUint16:
		return errors.New("too many entries")
	}
	r.places[key] = span{uint16(r.from), uint16(to)}
	r.from, r.context, r.id = to, "", ""
	return nil
}

// unquote returns a quoted text.
func unquote(s string) (string, error) {
	if len(s) < 2 || s[len(s)-1] != '"' {
		return "", strconv.ErrSyntax
	}
	if inner := s[1 : len(s)-1]; !strings.ContainsAny(inner, `\"`) {
		return inner, nil
	}
	return strconv.Unquote(s)
}
