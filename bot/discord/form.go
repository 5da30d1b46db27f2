package discord

import (
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"tidings/bot"
)

// Components of forms. discord.com/developers/docs/components/reference
const (
	componentSelect = 3
	componentField  = 4
	componentText   = 10
	componentLabel  = 18

	styleShort     = 1
	styleParagraph = 2 // a field of several lines, in which a long line wraps
)

// Limits of forms, in characters.
const (
	maxFormTitle = 45
	maxFormLabel = 45
	maxFormText  = 2000
	maxFormValue = 4000
	maxFormHint  = 100
	maxOption    = 100 // the label of an option
)

// The names of a form's fields, which nobody sees: of what is written, and of what is picked in place of that.
const (
	formField = "text"
	formPick  = "pick"
)

type modal struct {
	CustomID   string      `json:"custom_id"`
	Title      string      `json:"title"`
	Components []formEntry `json:"components"`
}

// formEntry is a text to read, or a field under its label.
type formEntry struct {
	Type    int    `json:"type"`
	Content string `json:"content,omitempty"`
	Label   string `json:"label,omitempty"`
	Field   any    `json:"component,omitempty"` // a textField or a selectField
}

type textField struct {
	Type        int    `json:"type"`
	CustomID    string `json:"custom_id"`
	Style       int    `json:"style"`
	Value       string `json:"value,omitempty"`
	Placeholder string `json:"placeholder,omitempty"`
	Required    *bool  `json:"required,omitempty"` // Discord's default is true
	Max         int    `json:"max_length"`
}

// selectField is a list of which one can be picked.
type selectField struct {
	Type     int           `json:"type"`
	CustomID string        `json:"custom_id"`
	Required bool          `json:"required"`
	Options  []selectEntry `json:"options"`
}

type selectEntry struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// submittedField is a field of a form that was filled in, under a label, in a row, or by itself.
type submittedField struct {
	CustomID string           `json:"custom_id"`
	Value    string           `json:"value"`
	Values   []string         `json:"values"` // of a list
	Labeled  *submittedField  `json:"component"`
	Row      []submittedField `json:"components"`
}

// modal returns the form of m, which has one.
func (a *Adapter) modal(m bot.Message) modal {
	out := modal{CustomID: m.Form.Data, Title: shorten(m.Form.Title.String(), maxFormTitle)}
	if text := fit(m.Text, maxFormText); text != "" {
		out.Components = append(out.Components, formEntry{Type: componentText, Content: text})
	}
	picked := pickField(m.Form)
	switch {
	case picked == nil:
		out.Components = append(out.Components, labeled(m.Form.Label, writeField(m.Form)))
	case m.Form.Max == 0:
		out.Components = append(out.Components, labeled(m.Form.Pick, picked))
	default:
		out.Components = append(out.Components, labeled(m.Form.Pick, picked), labeled(m.Form.Label, besideList(m.Form)))
	}
	if out.CustomID == "" {
		out.CustomID = formPick
	}
	return out
}

func labeled(label bot.Text, field any) formEntry {
	return formEntry{Type: componentLabel, Label: shorten(label.String(), maxFormLabel), Field: field}
}

// writeField is what is written into.
func writeField(f *bot.Form) *textField {
	value := f.Value
	if utf8.RuneCountInString(value) > maxFormValue {
		value = string([]rune(value)[:maxFormValue])
	}
	return &textField{
		Type: componentField, CustomID: formField, Style: styleParagraph, Value: value,
		Max: min(max(f.Max, utf8.RuneCountInString(value), 1), maxFormValue),
	}
}

// besideList is a field beside a list. It may stay empty, and begins that way: what is written counts.
func besideList(f *bot.Form) *textField {
	field := writeField(f)
	field.Style, field.Required = styleShort, new(bool)
	field.Value, field.Placeholder = "", shorten(field.Value, maxFormHint)
	return field
}

// pickField is a list of a form's options; nil if it has none. Discord refuses a list in which two are the same.
func pickField(f *bot.Form) *selectField {
	field := &selectField{Type: componentSelect, CustomID: formPick, Required: f.Max == 0}
	seen := map[string]bool{}
	for _, o := range f.Options[:min(len(f.Options), bot.MaxFormOptions)] {
		e := selectEntry{Label: shorten(o.Label, maxOption), Value: o.Data}
		if e.Label == "" || e.Value == "" || seen[e.Value] {
			continue
		}
		seen[e.Value] = true
		field.Options = append(field.Options, e)
	}
	if len(field.Options) == 0 {
		return nil
	}
	return field
}

// submitted returns what was filled in, on one line, or else the data of what was picked.
func (d *interactionData) submitted() (data, line string) {
	data = d.CustomID
	for _, f := range d.Components {
		fields := append([]submittedField{f}, f.Row...)
		if f.Labeled != nil {
			fields = append(fields, *f.Labeled)
		}
		for _, f := range fields {
			switch {
			case f.CustomID == formField:
				line = strings.TrimSpace(strings.NewReplacer("\r\n", " ", "\n", " ").Replace(f.Value))
			case f.CustomID == formPick && len(f.Values) > 0:
				data = f.Values[0]
			}
		}
	}
	if line != "" {
		data = d.CustomID
	}
	return data, line
}

const (
	// formButton begins what the button of a kept form carries. The handler's own buttons begin otherwise.
	formButton = "!form "
	// formLife is how long a form is kept, and maxForms how many are.
	formLife = time.Hour
	maxForms = 1000
)

func isFormButton(customID string) bool { return strings.HasPrefix(customID, formButton) }

// keptForms are forms that wait behind a button, because Discord opens one only as the first answer to
// what somebody did. They are lost when the program stops, and the button says so.
type keptForms struct {
	now func() time.Time

	mu   sync.Mutex // guards list
	list map[string]keptForm
}

type keptForm struct {
	modal modal
	until time.Time
}

// add keeps a form under a key.
func (k *keptForms) add(key string, m modal) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	for old, f := range k.list {
		if !f.until.After(now) {
			delete(k.list, old)
		}
	}
	if k.list == nil || len(k.list) >= maxForms {
		k.list = map[string]keptForm{}
	}
	k.list[key] = keptForm{modal: m, until: now.Add(formLife)}
}

// find returns a form. It stays, for who closes the dialog and thinks again.
func (k *keptForms) find(key string) (modal, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f, ok := k.list[key]
	return f.modal, ok && f.until.After(k.now())
}

// keepForm puts a form that cannot be opened at once behind a button, which the person alone sees.
func (a *Adapter) keepForm(it *interaction, m bot.Message) bot.Message {
	if m.Form == nil {
		return m
	}
	if len(m.Buttons) > 0 { // one of them opens it
		m.Form = nil
		return m
	}
	key := formButton + it.ID
	a.forms.add(key, a.modal(m))
	if m.Text.Empty() {
		m.Text = m.Form.Label
	}
	open := bot.Button{Label: m.Form.Title.String(), Style: bot.PrimaryButton, Data: key}
	m.Buttons = [][]bot.Button{{open}}
	m.Form, m.Notice = nil, true
	return m
}

// staleForm says that a form isn't kept any more.
func staleForm() bot.Text {
	return bot.Say("This button no longer works. Please type the command again.")
}

// openKept opens the form behind a button, or answers with what stale says.
func (a *Adapter) openKept(key string, stale bot.Text) response {
	if m, ok := a.forms.find(key); ok {
		return response{Type: respondForm, Data: m}
	}
	body := a.create(bot.Message{Text: stale})
	body.Flags = flagEphemeral
	return response{Type: respondMessage, Data: body}
}
