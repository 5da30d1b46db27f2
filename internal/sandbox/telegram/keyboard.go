package telegram

import (
	"bytes"
	"encoding/json"
	"slices"
)

const (
	maxCallbackData = 64  // bytes; core.telegram.org/bots/api#inlinekeyboardbutton
	maxPlaceholder  = 64  // core.telegram.org/bots/api#forcereply
	maxButtons      = 100 // what the real server accepts before it calls the markup too long
)

// readForce reads a reply_markup that asks for a reply; nil if it is another one.
func readForce(c call) (*ForceReply, error) {
	force := &ForceReply{}
	err := json.Unmarshal([]byte(c.text("reply_markup")), force)
	switch {
	case err == nil && length(force.Placeholder) > maxPlaceholder:
		return nil, badRequest("reply markup placeholder is too long")
	case err == nil && force.Force:
		return force, nil
	}
	return nil, nil
}

// readKeyboard reads reply_markup. Keyboards other than inline ones are accepted and not shown.
func (t *StandIn) readKeyboard(c call) (*Keyboard, error) {
	raw := c.text("reply_markup")
	if raw == "" {
		return nil, nil
	}
	if !json.Valid([]byte(raw)) {
		return nil, badRequest("can't parse reply keyboard markup JSON object")
	}
	var markup map[string]json.RawMessage
	if json.Unmarshal([]byte(raw), &markup) != nil || markup == nil {
		return nil, badRequest("object expected as reply markup")
	}
	rows, ok := markup["inline_keyboard"]
	if !ok {
		return nil, nil
	}
	var list []json.RawMessage
	if json.Unmarshal(rows, &list) != nil {
		return nil, badRequest(`field "inline_keyboard" must be of type Array`)
	}
	keyboard, err := readRows(list)
	if err == nil && t.cfg.Old {
		keyboard.unstyle()
	}
	return keyboard, err
}

// unstyle lets all buttons look alike.
func (k *Keyboard) unstyle() {
	if k == nil {
		return
	}
	for _, row := range k.Rows {
		for i := range row {
			row[i].Style = ""
		}
	}
}

func readRows(list []json.RawMessage) (*Keyboard, error) {
	keyboard := &Keyboard{}
	count := 0
	for _, raw := range list {
		var buttons []json.RawMessage
		if json.Unmarshal(raw, &buttons) != nil || bytes.Equal(raw, []byte("null")) {
			return nil, badRequest(`field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays`)
		}
		var row []Button
		for _, raw := range buttons {
			b, err := readButton(raw)
			if err != nil {
				return nil, err
			}
			row = append(row, b)
		}
		if count += len(row); len(row) > 0 {
			keyboard.Rows = append(keyboard.Rows, row)
		}
	}
	switch {
	case count == 0:
		return nil, nil
	case count > maxButtons:
		return nil, badRequest("reply markup is too long")
	}
	return keyboard, nil
}

func readButton(raw json.RawMessage) (Button, error) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || fields == nil {
		return Button{}, buttonError("InlineKeyboardButton must be an Object")
	}
	for _, name := range []string{"text", "url", "callback_data", "style"} {
		if v, ok := fields[name]; ok && v[0] != '"' && (v[0] < '0' || v[0] > '9') && v[0] != '-' {
			return Button{}, buttonError(`Field "` + name + `" must be of type String`)
		}
	}
	if _, ok := fields["text"]; !ok {
		return Button{}, buttonError(`Can't find field "text"`)
	}
	b := Button{
		Text: scalar(fields["text"]), URL: scalar(fields["url"]), Data: scalar(fields["callback_data"]), Style: scalar(fields["style"]),
	}
	return b.check(fields)
}

func buttonError(reason string) error {
	return badRequest("can't parse inline keyboard button: " + reason)
}

// check refuses what Telegram would, and spells the address as Telegram does. Where a button has both, the address
// wins. The other kinds of buttons are real, but not what an alert bot is for: the stand-in refuses them.
func (b Button) check(fields map[string]json.RawMessage) (Button, error) {
	b.Text = clean(b.Text)
	if b.Style != "" && !slices.Contains([]string{"danger", "success", "primary"}, b.Style) {
		return b, badRequest("invalid button style specified")
	}
	if b.URL != "" {
		b.Data = ""
		link, ok := link(b.URL)
		if !ok {
			return b, badRequest("inline keyboard button URL '" + b.URL + "' is invalid: Wrong HTTP URL")
		}
		b.URL = link
	}
	switch {
	case b.URL == "" && b.Data == "":
		for _, other := range []string{
			"callback_game", "pay", "switch_inline_query", "switch_inline_query_chosen_chat",
			"switch_inline_query_current_chat", "login_url", "web_app", "copy_text",
		} {
			if _, ok := fields[other]; ok {
				return b, badRequest("BUTTON_TYPE_INVALID")
			}
		}
		return b, buttonError("Text buttons are unallowed in the inline keyboard")
	case b.Text == "":
		return b, badRequest("inline keyboard button text must be non-empty")
	case len(b.Data) > maxCallbackData:
		return b, badRequest("BUTTON_DATA_INVALID")
	}
	return b, nil
}
