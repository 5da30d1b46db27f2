package telegram

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Lengths after entities, in UTF-16 code units. The real server counts code points before it asks Telegram's core;
// the stricter count is safe with both.
const (
	maxText    = 4096 // core.telegram.org/bots/api#sendmessage
	maxCaption = 1024 // core.telegram.org/bots/api#sendphoto
	maxRawText = 1 << 15
)

func (t *StandIn) sendMessage(c call) (any, error) {
	m := &Message{}
	if err := t.readText(c, m); err != nil {
		return nil, err
	}
	return t.post(c, m, "text messages")
}

// sendPhoto accepts only the photo's address, which isn't fetched.
func (t *StandIn) sendPhoto(c call) (any, error) {
	address := c.text("photo")
	u, err := url.Parse(address)
	switch {
	case address == "":
		return nil, badRequest("there is no photo in the request")
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, badRequest("wrong remote file identifier specified: Wrong padding in the string")
	}
	m := &Message{PhotoURL: address, Photo: photoSizes(address)}
	if err := t.readCaption(c, m); err != nil {
		return nil, err
	}
	return t.post(c, m, "photos")
}

func photoSizes(address string) []PhotoSize {
	id := strconv.FormatUint(hash(address), 36)
	return []PhotoSize{
		{FileID: "photo-s-" + id, FileUniqueID: "s" + id, Width: 90, Height: 60},
		{FileID: "photo-x-" + id, FileUniqueID: "x" + id, Width: 1280, Height: 853},
	}
}

// hash is FNV-1a: the same address is the same file.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// post checks everything about a new message that does not depend on its kind, and sends it. t.mu must be held.
func (t *StandIn) post(c call, m *Message, kind string) (any, error) {
	keyboard, err := t.readKeyboard(c)
	if err != nil {
		return nil, err
	}
	if m.Force, err = readForce(c); err != nil {
		return nil, err
	}
	chat, err := t.chatOf(c, write)
	if err != nil {
		return nil, err
	}
	if m.Thread, err = chat.thread(c, t.bot.ID); err != nil {
		return nil, err
	}
	if m.ReplyTo, err = readReply(c, chat); err != nil {
		return nil, err
	}
	if err := t.checkRights(chat, kind); err != nil {
		return nil, err
	}
	if err := t.charge(chat); err != nil {
		return nil, err
	}
	m.Keyboard = keyboard
	whisper, err := readWhisper(c)
	if err != nil {
		return nil, err
	}
	if t.cfg.Ephemeral && whisper.Receiver != 0 {
		return t.postEphemeral(c, chat, m, whisper)
	}
	m.Silent = c.truth("disable_notification")
	t.sign(chat, m)
	t.add(chat, m)
	return *m, nil
}

// sign says who wrote m: the bot, or in a channel the channel.
func (t *StandIn) sign(chat *chat, m *Message) {
	if chat.Type == Channel {
		m.SenderChat = &chat.Chat
		return
	}
	m.From = &t.bot
}

func (t *StandIn) sendChatAction(c call) (any, error) {
	actions := []string{
		"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
		"upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
	}
	if !slices.Contains(actions, strings.ToLower(c.text("action"))) {
		return nil, badRequest("wrong parameter action in request")
	}
	chat, err := t.chatOf(c, write)
	if err != nil {
		return nil, err
	}
	t.watchers.Notify(Event{Kind: Typing, Chat: chat.ID})
	return true, nil
}

// String names a message for test output.
func (m Message) String() string {
	return fmt.Sprintf("message %d in %d: %s%s", m.ID, m.Chat.ID, m.Text, m.Caption)
}
