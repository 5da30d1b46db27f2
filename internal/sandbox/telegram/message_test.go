package telegram

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSend_RefusesWhatTelegramRefuses(t *testing.T) {
	b := startedBench(t, Config{Unlimited: true})
	stranger := b.AddUser(User{FirstName: "Bob"})
	group, err := b.AddGroup("Desk", b.ann.ID)
	b.noError(err)
	button := func(button map[string]any) map[string]any {
		return map[string]any{"text": "x", "reply_markup": map[string]any{"inline_keyboard": []any{[]any{button}}}}
	}
	buttons := make([]any, maxButtons+1)
	for i := range buttons {
		buttons[i] = map[string]any{"text": "x", "callback_data": "y"}
	}
	const parse = "Bad Request: can't parse inline keyboard button: "
	tests := []struct {
		name, words string
		params      map[string]any // chat_id is Ann's unless given
	}{
		{"no text", "Bad Request: message text is empty", nil},
		{"blank text", "Bad Request: text must be non-empty", map[string]any{"text": " \n"}},
		{"empty markup", "Bad Request: text must be non-empty", map[string]any{"text": "<b></b>", "parse_mode": "HTML"}},
		{"4097", "Bad Request: message is too long", map[string]any{"text": strings.Repeat("a", 4097)}},
		{"UTF-16 4098", "Bad Request: message is too long", map[string]any{"text": strings.Repeat("🚀", 2049)}},
		{"markup", `Bad Request: can't parse entities: Unsupported start tag "foo" at byte offset 3`, map[string]any{"text": "ab <foo>", "parse_mode": "html"}},
		{"mode", "Bad Request: unsupported parse_mode", map[string]any{"text": "a", "parse_mode": "rtf"}},
		{"entity", "Bad Request: can't parse MessageEntity: Unsupported type specified", map[string]any{"text": "a", "entities": []any{map[string]any{"type": "blink", "length": 1}}}},
		{"no chat", "Bad Request: chat_id is empty", map[string]any{"text": "a", "chat_id": ""}},
		{"unknown chat", "Bad Request: chat not found", map[string]any{"text": "a", "chat_id": 1}},
		{"unknown name", "Bad Request: chat not found", map[string]any{"text": "a", "chat_id": "@nowhere"}},
		{"stranger", "Forbidden: bot can't initiate conversation with a user", map[string]any{"text": "a", "chat_id": stranger.ID}},
		{"reply", "Bad Request: message to be replied not found", map[string]any{"text": "a", "reply_parameters": map[string]any{"message_id": 99}}},
		{"preview", "Bad Request: can't parse link preview options JSON object", map[string]any{"text": "a", "link_preview_options": "{"}},
		{"keyboard JSON", "Bad Request: can't parse reply keyboard markup JSON object", map[string]any{"text": "a", "reply_markup": "{"}},
		{"keyboard list", "Bad Request: object expected as reply markup", map[string]any{"text": "a", "reply_markup": "[]"}},
		{"keyboard row", `Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays`, map[string]any{"text": "a", "reply_markup": map[string]any{"inline_keyboard": []any{1}}}},
		{"buttons", "Bad Request: reply markup is too long", map[string]any{"text": "a", "reply_markup": map[string]any{"inline_keyboard": []any{buttons}}}},
		{"button", parse + "InlineKeyboardButton must be an Object", map[string]any{"text": "a", "reply_markup": map[string]any{"inline_keyboard": []any{[]any{1}}}}},
		{"button without text", parse + `Can't find field "text"`, button(map[string]any{"url": "http://a.example"})},
		{"button with list", parse + `Field "text" must be of type String`, button(map[string]any{"text": []int{}})},
		{"button without use", parse + "Text buttons are unallowed in the inline keyboard", button(map[string]any{"text": "x"})},
		{"button data", "Bad Request: BUTTON_DATA_INVALID", button(map[string]any{"text": "x", "callback_data": strings.Repeat("é", 33)})},
		{"button url", "Bad Request: inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL", button(map[string]any{"text": "x", "url": "http://localhost"})},
		{"button blank", "Bad Request: inline keyboard button text must be non-empty", button(map[string]any{"text": " ", "callback_data": "x"})},
		{"button kind", "Bad Request: BUTTON_TYPE_INVALID", button(map[string]any{"text": "x", "pay": true})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			params := map[string]any{"chat_id": b.ann.ID}
			maps.Copy(params, tt.params)
			code := 400
			if strings.HasPrefix(tt.words, "Forbidden") {
				code = 403
			}
			b.refused(code, tt.words, "sendMessage", params)
		})
	}
	if got := len(b.Messages(b.ann.ID)) + len(b.Messages(group.ID)); got != 2 {
		t.Errorf("%d messages stand in the chats, want the person's and the group's service message", got)
	}
}

func TestSend_AcceptsTheLongestTexts(t *testing.T) {
	b := startedBench(t, Config{})
	b.must(nil, "sendMessage", map[string]any{
		"chat_id": b.ann.ID, "parse_mode": "HTML", "text": "<b>" + strings.Repeat("&amp;", 4096) + "</b>",
	})
	photo := map[string]any{"chat_id": b.ann.ID, "photo": "https://a.example/p.jpg", "caption": strings.Repeat("a", 1024)}
	b.must(nil, "sendPhoto", photo)
	photo["caption"] = strings.Repeat("a", 1025)
	b.refused(400, "Bad Request: message caption is too long", "sendPhoto", photo)
}

func TestSend_ShowsKeyboardPreviewAndPhoto(t *testing.T) {
	b := startedBench(t, Config{Unlimited: true})
	var m Message
	b.must(&m, "sendMessage", map[string]any{
		"chat_id": b.ann.ID, "text": `<a href="https://a.example/1">x</a> https://b.example/2`, "parse_mode": "HTML",
		"disable_notification": true,
		"reply_markup": map[string]any{"inline_keyboard": []any{
			[]any{map[string]any{"text": "More", "callback_data": "p:2"}, map[string]any{"text": "Read", "url": "https://A.example"}}, []any{},
		}},
	})
	want := &Keyboard{Rows: [][]Button{{{Text: "More", Data: "p:2"}, {Text: "Read", URL: "https://a.example/"}}}}
	if diff := cmp.Diff(want, m.Keyboard); diff != "" {
		t.Errorf("keyboard (-want +got):\n%s", diff)
	}
	b.must(nil, "sendMessage", map[string]any{
		"chat_id": b.ann.ID, "text": "https://b.example/2", "link_preview_options": map[string]any{"is_disabled": true},
	})
	b.must(nil, "sendMessage", map[string]any{
		"chat_id": b.ann.ID, "text": "x", "link_preview_options": map[string]any{"url": "https://c.example/3"},
	})
	b.must(nil, "sendPhoto", map[string]any{"chat_id": b.ann.ID, "photo": "https://d.example/4.png", "caption": "y"})
	all := b.Messages(b.ann.ID)[1:]
	for i, want := range []string{"https://a.example/1", "", "https://c.example/3", ""} {
		if all[i].PreviewURL != want {
			t.Errorf("preview %d: got %q, want %q", i, all[i].PreviewURL, want)
		}
	}
	if !all[0].Silent || all[1].Silent || all[3].PhotoURL != "https://d.example/4.png" || all[3].Caption != "y" {
		t.Errorf("got %+v", all)
	}
	b.refused(400, "Bad Request: there is no photo in the request", "sendPhoto", map[string]any{"chat_id": b.ann.ID})
}

func TestEdit_ChangesOnlyTheBotsOwnMessages(t *testing.T) {
	b := startedBench(t, Config{Unlimited: true})
	keyboard := map[string]any{"inline_keyboard": []any{[]any{map[string]any{"text": "x", "callback_data": "y"}}}}
	var m Message
	b.must(&m, "sendMessage", map[string]any{"chat_id": b.ann.ID, "text": "one", "reply_markup": keyboard})
	edit := map[string]any{"chat_id": b.ann.ID, "message_id": m.ID, "text": "one", "reply_markup": keyboard}
	const same = "Bad Request: message is not modified: specified new message content and reply markup are exactly the " +
		"same as a current content and reply markup of the message"
	b.refused(400, same, "editMessageText", edit)
	b.pass(time.Second)
	edit["text"] = "two"
	b.must(&m, "editMessageText", edit)
	if m.Text != "two" || m.Keyboard == nil || m.EditDate != m.Date+1 {
		t.Errorf("edited: %+v", m)
	}
	b.must(&m, "editMessageReplyMarkup", map[string]any{"chat_id": b.ann.ID, "message_id": m.ID})
	if got := b.Messages(b.ann.ID)[1]; got.Keyboard != nil || got.Text != "two" {
		t.Errorf("the chat shows %+v", got)
	}
	for words, params := range map[string]map[string]any{
		"Bad Request: message to edit not found":                                 {"chat_id": b.ann.ID, "message_id": 99, "text": "x"},
		"Bad Request: message can't be edited":                                   {"chat_id": b.ann.ID, "message_id": 1, "text": "x"},
		"Bad Request: message identifier is not specified":                       {"text": "x"},
		"Bad Request: message text is empty":                                     {"chat_id": b.ann.ID, "message_id": m.ID},
		"Bad Request: can't parse entities: Unclosed start tag at byte offset 0": {"chat_id": b.ann.ID, "message_id": m.ID, "text": "<b", "parse_mode": "HTML"},
	} {
		b.refused(400, words, "editMessageText", params)
	}
	caption := map[string]any{"chat_id": b.ann.ID, "message_id": m.ID, "caption": "c"}
	b.refused(400, "Bad Request: there is no caption in the message to edit", "editMessageCaption", caption)
	b.must(&m, "sendPhoto", map[string]any{"chat_id": b.ann.ID, "photo": "https://a.example/p.png"})
	caption["message_id"] = m.ID
	b.must(&m, "editMessageCaption", caption)
	if m.Caption != "c" {
		t.Errorf("caption: %+v", m)
	}
	edit["message_id"] = m.ID
	b.refused(400, "Bad Request: there is no text in the message to edit", "editMessageText", edit)
}

func TestDelete_NeedsRightsForOthersMessages(t *testing.T) {
	b := startedBench(t, Config{Unlimited: true})
	group, err := b.AddSupergroup("Desk", b.ann.ID)
	b.noError(err)
	said, err := b.Say(b.ann.ID, group.ID, 0, "hello")
	b.noError(err)
	del := map[string]any{"chat_id": group.ID, "message_id": said.ID}
	b.refused(400, "Bad Request: message can't be deleted for everyone", "deleteMessage", del)
	b.noError(b.SetMember(group.ID, b.Bot().ID, Administrator))
	b.must(nil, "deleteMessage", del)
	b.refused(400, "Bad Request: message to delete not found", "deleteMessage", del)
	b.refused(400, "Bad Request: message identifier is not specified", "deleteMessage", map[string]any{"chat_id": 1})
	for _, m := range b.Messages(group.ID) {
		if m.ID == said.ID {
			t.Error("the message still stands there")
		}
	}
}

func TestTopics_AreCheckedAndMarked(t *testing.T) {
	b := startedBench(t, Config{Unlimited: true})
	forum, err := b.AddSupergroup("Desk", b.ann.ID)
	b.noError(err)
	topic, err := b.AddTopic(forum.ID, "Alerts")
	b.noError(err)
	b.updates()
	send := map[string]any{"chat_id": forum.ID, "text": "x", "message_thread_id": topic}
	var m Message
	b.must(&m, "sendMessage", send)
	if m.Thread != topic || !m.InTopic || !m.Chat.IsForum || m.ReplyTo == nil || m.ReplyTo.TopicCreated == nil {
		t.Errorf("sent: %+v", m)
	}
	_, err = b.Reply(b.ann.ID, forum.ID, m.ID, "y")
	b.noError(err)
	if got := b.updates(); len(got) != 1 || got[0].Message.Thread != topic || !got[0].Message.InTopic {
		t.Errorf("update: %+v", got)
	}
	b.noError(b.DeleteTopic(forum.ID, topic))
	for _, thread := range []int{topic, 1, 77} {
		send["message_thread_id"] = thread
		b.refused(400, "Bad Request: message thread not found", "sendMessage", send)
	}
	delete(send, "message_thread_id")
	var general Message
	b.must(&general, "sendMessage", send)
	if general.Thread != 0 || general.InTopic {
		t.Errorf("General: %+v", general)
	}
	if _, err := b.Say(b.ann.ID, forum.ID, topic, "z"); err == nil {
		t.Error("a person wrote into a deleted topic")
	}
	send["message_thread_id"], send["chat_id"] = 5, b.ann.ID
	b.must(nil, "sendMessage", send)
}

func TestAction_IsSeen(t *testing.T) {
	b := startedBench(t, Config{})
	events := b.Watch(t.Context())
	b.must(nil, "sendChatAction", map[string]any{"chat_id": b.ann.ID, "action": "typing"})
	if e := <-events; e.Kind != Typing || e.Chat != b.ann.ID {
		t.Errorf("got %+v", e)
	}
	b.refused(400, "Bad Request: wrong parameter action in request", "sendChatAction", map[string]any{"chat_id": b.ann.ID})
}
