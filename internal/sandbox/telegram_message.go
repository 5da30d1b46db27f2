package sandbox

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Lengths after entities, in UTF-16 code units. The real server counts code points before it asks Telegram's core;
// the stricter count is safe with both.
const (
	tgMaxText    = 4096 // core.telegram.org/bots/api#sendmessage
	tgMaxCaption = 1024 // core.telegram.org/bots/api#sendphoto
	tgMaxRawText = 1 << 15
)

func (t *Telegram) sendMessage(c tgCall) (any, error) {
	m := &TelegramMessage{}
	if err := t.readText(c, m); err != nil {
		return nil, err
	}
	return t.post(c, m, "text messages")
}

// sendPhoto takes the photo's address only; it is not fetched.
func (t *Telegram) sendPhoto(c tgCall) (any, error) {
	address := c.text("photo")
	u, err := url.Parse(address)
	switch {
	case address == "":
		return nil, tgBadRequest("there is no photo in the request")
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, tgBadRequest("wrong remote file identifier specified: Wrong padding in the string")
	}
	m := &TelegramMessage{PhotoURL: address, Photo: tgPhotoSizes(address)}
	if err := t.readCaption(c, m); err != nil {
		return nil, err
	}
	return t.post(c, m, "photos")
}

func tgPhotoSizes(address string) []TelegramPhotoSize {
	id := strconv.FormatUint(tgHash(address), 36)
	return []TelegramPhotoSize{
		{FileID: "photo-s-" + id, FileUniqueID: "s" + id, Width: 90, Height: 60},
		{FileID: "photo-x-" + id, FileUniqueID: "x" + id, Width: 1280, Height: 853},
	}
}

// tgHash is FNV-1a: the same address is the same file.
func tgHash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// post checks everything about a new message that does not depend on its kind, and sends it. t.mu must be held.
func (t *Telegram) post(c tgCall, m *TelegramMessage, kind string) (any, error) {
	keyboard, err := tgReadKeyboard(c)
	if err != nil {
		return nil, err
	}
	if m.Force, err = tgReadForce(c); err != nil {
		return nil, err
	}
	chat, err := t.chatOf(c, tgWrite)
	if err != nil {
		return nil, err
	}
	if m.Thread, err = chat.thread(c, t.bot.ID); err != nil {
		return nil, err
	}
	if m.ReplyTo, err = tgReadReply(c, chat); err != nil {
		return nil, err
	}
	if err := t.checkRights(chat, kind); err != nil {
		return nil, err
	}
	if err := t.charge(chat); err != nil {
		return nil, err
	}
	m.Keyboard = keyboard
	m.Silent = c.truth("disable_notification")
	t.sign(chat, m)
	t.add(chat, m)
	return *m, nil
}

// sign says who wrote m: the bot, or in a channel the channel.
func (t *Telegram) sign(chat *tgChat, m *TelegramMessage) {
	if chat.Type == TelegramChannel {
		m.SenderChat = &chat.TelegramChat
		return
	}
	m.From = &t.bot
}

// readText fills text, entities and preview.
func (t *Telegram) readText(c tgCall, m *TelegramMessage) error {
	if c.text("text") == "" {
		return tgBadRequest("message text is empty")
	}
	text, entities, err := t.readFormatted(c, "text", "entities")
	switch {
	case err != nil:
		return err
	case text == "":
		return tgBadRequest("text must be non-empty")
	case tgLength(text) > tgMaxText:
		return tgBadRequest("message is too long")
	}
	m.Text, m.Entities = text, entities
	return tgReadPreview(c, m)
}

func (t *Telegram) readCaption(c tgCall, m *TelegramMessage) error {
	text, entities, err := t.readFormatted(c, "caption", "caption_entities")
	if err != nil {
		return err
	}
	if tgLength(text) > tgMaxCaption {
		return tgBadRequest("message caption is too long")
	}
	m.Caption, m.CaptionEntities = text, entities
	return nil
}

// readFormatted reads a text with its parse_mode or its list of entities.
func (t *Telegram) readFormatted(c tgCall, text, list string) (string, []TelegramEntity, error) {
	raw := c.text(text)
	if len(raw) > tgMaxRawText {
		return "", nil, tgBadRequest("text is too long")
	}
	var entities []TelegramEntity
	switch mode := strings.ToLower(c.text("parse_mode")); mode {
	case "", "none":
		var err error
		if entities, err = tgReadEntities(c, list); err != nil {
			return "", nil, err
		}
	case "html":
		var err error
		if raw, entities, err = tgParseHTML(raw); err != nil {
			return "", nil, tgBadRequest("can't parse entities: " + err.Error())
		}
	default:
		// Markdown is real, but nobody here writes it; a stand-in that half knew it would mislead.
		return "", nil, tgBadRequest("unsupported parse_mode")
	}
	for i, e := range entities {
		if e.User != nil {
			entities[i].User = t.users[e.User.ID]
		}
	}
	raw, entities, err := tgTidy(raw, entities)
	return raw, entities, err
}

// tgReadEntities reads a list of entities. Those that the server finds by itself are ignored, as it does.
func tgReadEntities(c tgCall, list string) ([]TelegramEntity, error) {
	var given, kept []TelegramEntity
	if err := c.object(list, "entities", &given); err != nil {
		return nil, err
	}
	for _, e := range given {
		switch e.Type {
		case "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number":
			continue
		case "text_link":
			var ok bool
			if e.URL, ok = tgLink(e.URL); !ok {
				continue
			}
		default:
			if tgRank(e.Type) < 0 {
				return nil, tgBadRequest("can't parse MessageEntity: Unsupported type specified")
			}
		}
		kept = append(kept, e)
	}
	return kept, nil
}

func tgReadPreview(c tgCall, m *TelegramMessage) error {
	var options TelegramLinkPreview
	if c.text("link_preview_options") != "" {
		if err := c.object("link_preview_options", "link preview options", &options); err != nil {
			return err
		}
	} else {
		options.Disabled = c.truth("disable_web_page_preview")
	}
	if options != (TelegramLinkPreview{}) {
		m.LinkPreview = &options
	}
	switch {
	case options.Disabled:
	case options.URL != "":
		m.PreviewURL = options.URL
	default:
		m.PreviewURL = tgFirstLink(m.Text, m.Entities)
	}
	return nil
}

func tgReadReply(c tgCall, chat *tgChat) (*TelegramMessage, error) {
	var reply struct {
		MessageID int  `json:"message_id"`
		Optional  bool `json:"allow_sending_without_reply"`
	}
	if c.text("reply_parameters") != "" {
		if err := c.object("reply_parameters", "reply parameters", &reply); err != nil {
			return nil, err
		}
	} else {
		reply.MessageID = int(c.number("reply_to_message_id"))
		reply.Optional = c.truth("allow_sending_without_reply")
	}
	if reply.MessageID <= 0 {
		return nil, nil
	}
	if m := chat.find(reply.MessageID); m != nil {
		return tgQuoted(m), nil
	}
	if reply.Optional {
		return nil, nil
	}
	return nil, tgBadRequest("message to be replied not found")
}

func (t *Telegram) editMessageText(c tgCall) (any, error) {
	next := &TelegramMessage{}
	if err := t.readText(c, next); err != nil {
		return nil, err
	}
	return t.edit(c, func(m *TelegramMessage) error {
		if m.Photo != nil {
			return tgBadRequest("there is no text in the message to edit")
		}
		m.Text, m.Entities, m.LinkPreview, m.PreviewURL = next.Text, next.Entities, next.LinkPreview, next.PreviewURL
		return nil
	})
}

func (t *Telegram) editMessageCaption(c tgCall) (any, error) {
	next := &TelegramMessage{}
	if err := t.readCaption(c, next); err != nil {
		return nil, err
	}
	return t.edit(c, func(m *TelegramMessage) error {
		if m.Photo == nil {
			return tgBadRequest("there is no caption in the message to edit")
		}
		m.Caption, m.CaptionEntities = next.Caption, next.CaptionEntities
		return nil
	})
}

func (t *Telegram) editMessageReplyMarkup(c tgCall) (any, error) {
	return t.edit(c, func(*TelegramMessage) error { return nil })
}

// edit changes one of the bot's messages. An edit without reply_markup takes the keyboard away. t.mu must be held.
func (t *Telegram) edit(c tgCall, change func(*TelegramMessage) error) (any, error) {
	keyboard, err := tgReadKeyboard(c)
	if err != nil {
		return nil, err
	}
	if c.text("chat_id") == "" && c.number("message_id") == 0 {
		return nil, tgBadRequest("message identifier is not specified")
	}
	chat, err := t.chatOf(c, tgEdit)
	if err != nil {
		return nil, err
	}
	m := chat.find(int(c.number("message_id")))
	switch {
	case m == nil:
		return nil, tgBadRequest("message to edit not found")
	case !t.wrote(m), m.Force != nil: // with another reply_markup than an inline keyboard none can
		return nil, tgBadRequest("message can't be edited")
	}
	next := *m
	if err := change(&next); err != nil {
		return nil, err
	}
	next.Keyboard = keyboard
	if reflect.DeepEqual(&next, m) {
		return nil, tgBadRequest("message is not modified: specified new message content and reply markup are exactly " +
			"the same as a current content and reply markup of the message")
	}
	if err := t.charge(chat); err != nil {
		return nil, err
	}
	next.EditDate = t.cfg.Now().Unix()
	*m = next
	t.notify(TelegramEvent{Kind: TelegramEdited, Chat: chat.ID, Message: next})
	return next, nil
}

// wrote tells whether the bot sent m itself.
func (t *Telegram) wrote(m *TelegramMessage) bool {
	return m.From == &t.bot || m.From == nil && m.Chat.Type == TelegramChannel
}

func (t *Telegram) deleteMessage(c tgCall) (any, error) {
	id := int(c.number("message_id"))
	switch {
	case c.text("chat_id") == "":
		return nil, tgBadRequest("chat identifier is not specified")
	case id == 0:
		return nil, tgBadRequest("message identifier is not specified")
	}
	chat, err := t.chatOf(c, tgWrite)
	if err != nil {
		return nil, err
	}
	m := chat.find(id)
	if m == nil {
		return nil, tgBadRequest("message to delete not found")
	}
	if !t.wrote(m) && chat.Type != TelegramPrivate && !chat.status(t.bot.ID).manages() {
		return nil, tgBadRequest("message can't be deleted for everyone")
	}
	chat.messages = slices.DeleteFunc(chat.messages, func(x *TelegramMessage) bool { return x == m })
	t.notify(TelegramEvent{Kind: TelegramDeleted, Chat: chat.ID, Message: *m})
	return true, nil
}

func (t *Telegram) sendChatAction(c tgCall) (any, error) {
	actions := []string{
		"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
		"upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
	}
	if !slices.Contains(actions, strings.ToLower(c.text("action"))) {
		return nil, tgBadRequest("wrong parameter action in request")
	}
	chat, err := t.chatOf(c, tgWrite)
	if err != nil {
		return nil, err
	}
	t.notify(TelegramEvent{Kind: TelegramTyping, Chat: chat.ID})
	return true, nil
}

// String names a message for test output.
func (m TelegramMessage) String() string {
	return fmt.Sprintf("message %d in %d: %s%s", m.ID, m.Chat.ID, m.Text, m.Caption)
}
