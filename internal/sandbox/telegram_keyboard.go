package sandbox

import (
	"bytes"
	"encoding/json"
)

const (
	tgMaxCallbackData = 64  // bytes; core.telegram.org/bots/api#inlinekeyboardbutton
	tgMaxPlaceholder  = 64  // core.telegram.org/bots/api#forcereply
	tgMaxButtons      = 100 // what the real server takes before it calls the markup too long
)

// tgReadForce reads a reply_markup that asks for a reply; nil if it is another one.
func tgReadForce(c tgCall) (*TelegramForceReply, error) {
	force := &TelegramForceReply{}
	err := json.Unmarshal([]byte(c.text("reply_markup")), force)
	switch {
	case err == nil && tgLength(force.Placeholder) > tgMaxPlaceholder:
		return nil, tgBadRequest("reply markup placeholder is too long")
	case err == nil && force.Force:
		return force, nil
	}
	return nil, nil
}

// tgReadKeyboard reads reply_markup. Other keyboards than an inline one are taken and not shown.
func tgReadKeyboard(c tgCall) (*TelegramKeyboard, error) {
	raw := c.text("reply_markup")
	if raw == "" {
		return nil, nil
	}
	if !json.Valid([]byte(raw)) {
		return nil, tgBadRequest("can't parse reply keyboard markup JSON object")
	}
	var markup map[string]json.RawMessage
	if json.Unmarshal([]byte(raw), &markup) != nil || markup == nil {
		return nil, tgBadRequest("object expected as reply markup")
	}
	rows, ok := markup["inline_keyboard"]
	if !ok {
		return nil, nil
	}
	var list []json.RawMessage
	if json.Unmarshal(rows, &list) != nil {
		return nil, tgBadRequest(`field "inline_keyboard" must be of type Array`)
	}
	return tgReadRows(list)
}

func tgReadRows(list []json.RawMessage) (*TelegramKeyboard, error) {
	keyboard := &TelegramKeyboard{}
	count := 0
	for _, raw := range list {
		var buttons []json.RawMessage
		if json.Unmarshal(raw, &buttons) != nil || bytes.Equal(raw, []byte("null")) {
			return nil, tgBadRequest(`field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays`)
		}
		var row []TelegramButton
		for _, raw := range buttons {
			b, err := tgReadButton(raw)
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
	case count > tgMaxButtons:
		return nil, tgBadRequest("reply markup is too long")
	}
	return keyboard, nil
}

func tgReadButton(raw json.RawMessage) (TelegramButton, error) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || fields == nil {
		return TelegramButton{}, tgButtonError("InlineKeyboardButton must be an Object")
	}
	for _, name := range []string{"text", "url", "callback_data"} {
		if v, ok := fields[name]; ok && v[0] != '"' && (v[0] < '0' || v[0] > '9') && v[0] != '-' {
			return TelegramButton{}, tgButtonError(`Field "` + name + `" must be of type String`)
		}
	}
	if _, ok := fields["text"]; !ok {
		return TelegramButton{}, tgButtonError(`Can't find field "text"`)
	}
	b := TelegramButton{
		Text: tgScalar(fields["text"]), URL: tgScalar(fields["url"]), Data: tgScalar(fields["callback_data"]),
	}
	return b.check(fields)
}

func tgButtonError(reason string) error {
	return tgBadRequest("can't parse inline keyboard button: " + reason)
}

// check refuses what Telegram would, and spells the address as Telegram does. Where a button has both, the address
// wins. The other kinds of buttons are real, but not what an alert bot is for: the stand-in refuses them.
func (b TelegramButton) check(fields map[string]json.RawMessage) (TelegramButton, error) {
	b.Text = tgClean(b.Text)
	if b.URL != "" {
		b.Data = ""
		link, ok := tgLink(b.URL)
		if !ok {
			return b, tgBadRequest("inline keyboard button URL '" + b.URL + "' is invalid: Wrong HTTP URL")
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
				return b, tgBadRequest("BUTTON_TYPE_INVALID")
			}
		}
		return b, tgButtonError("Text buttons are unallowed in the inline keyboard")
	case b.Text == "":
		return b, tgBadRequest("inline keyboard button text must be non-empty")
	case len(b.Data) > tgMaxCallbackData:
		return b, tgBadRequest("BUTTON_DATA_INVALID")
	}
	return b, nil
}
