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
	componentField = 4
	componentText  = 10
	componentLabel = 18

	styleParagraph = 2 // a field of several lines, in which a long line wraps
)

// Limits of forms, in characters.
const (
	maxFormTitle = 45
	maxFormLabel = 45
	maxFormText  = 2000
	maxFormValue = 4000
)

// formField is the name of the one field of a form. Nobody sees it.
const formField = "text"

type modal struct {
	CustomID   string      `json:"custom_id"`
	Title      string      `json:"title"`
	Components []formEntry `json:"components"`
}

// formEntry is a text to read, or a field under its label.
type formEntry struct {
	Type    int        `json:"type"`
	Content string     `json:"content,omitempty"`
	Label   string     `json:"label,omitempty"`
	Field   *textField `json:"component,omitempty"`
}

type textField struct {
	Type     int    `json:"type"`
	CustomID string `json:"custom_id"`
	Style    int    `json:"style"`
	Value    string `json:"value,omitempty"`
	Max      int    `json:"max_length"`
}

// submittedField is a field of a form that was filled in, under a label, in a row, or by itself.
type submittedField struct {
	CustomID string           `json:"custom_id"`
	Value    string           `json:"value"`
	Labeled  *submittedField  `json:"component"`
	Row      []submittedField `json:"components"`
}

// modal returns the form of m, which has one.
func (a *Adapter) modal(m bot.Message) modal {
	value := m.Form.Value
	if utf8.RuneCountInString(value) > maxFormValue {
		value = string([]rune(value)[:maxFormValue])
	}
	field := formEntry{Type: componentLabel, Label: shorten(m.Form.Label.String(), maxFormLabel), Field: &textField{
		Type: componentField, CustomID: formField, Style: styleParagraph, Value: value,
		Max: min(max(m.Form.Max, utf8.RuneCountInString(value), 1), maxFormValue),
	}}
	out := modal{CustomID: m.Form.Data, Title: shorten(m.Form.Title.String(), maxFormTitle), Components: []formEntry{field}}
	if text := fit(m.Text, maxFormText); text != "" {
		out.Components = []formEntry{{Type: componentText, Content: text}, field}
	}
	return out
}

// line returns what was filled in, on one line.
func (d *interactionData) line() string {
	for _, f := range d.Components {
		fields := append([]submittedField{f}, f.Row...)
		if f.Labeled != nil {
			fields = append(fields, *f.Labeled)
		}
		for _, f := range fields {
			if f.CustomID == formField {
				return strings.TrimSpace(strings.NewReplacer("\r\n", " ", "\n", " ").Replace(f.Value))
			}
		}
	}
	return ""
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

// openKept opens the form behind a button.
func (a *Adapter) openKept(key string) response {
	if m, ok := a.forms.find(key); ok {
		return response{Type: respondForm, Data: m}
	}
	body := a.create(bot.Message{Text: bot.Plain("This button no longer works. Please type the command again.")})
	body.Flags = flagEphemeral
	return response{Type: respondMessage, Data: body}
}
