package telegram

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

// readText fills text, entities and preview.
func (t *StandIn) readText(c call, m *Message) error {
	if c.text("text") == "" {
		return badRequest("message text is empty")
	}
	text, entities, err := t.readFormatted(c, "text", "entities")
	switch {
	case err != nil:
		return err
	case text == "":
		return badRequest("text must be non-empty")
	case length(text) > maxText:
		return badRequest("message is too long")
	}
	m.Text, m.Entities = text, entities
	return readPreview(c, m)
}

func (t *StandIn) readCaption(c call, m *Message) error {
	text, entities, err := t.readFormatted(c, "caption", "caption_entities")
	if err != nil {
		return err
	}
	if length(text) > maxCaption {
		return badRequest("message caption is too long")
	}
	m.Caption, m.CaptionEntities = text, entities
	return nil
}

// readFormatted reads a text with its parse_mode or its list of entities.
func (t *StandIn) readFormatted(c call, text, list string) (string, []Entity, error) {
	raw := c.text(text)
	if len(raw) > maxRawText {
		return "", nil, badRequest("text is too long")
	}
	var entities []Entity
	switch mode := strings.ToLower(c.text("parse_mode")); mode {
	case "", "none":
		var err error
		if entities, err = readEntities(c, list); err != nil {
			return "", nil, err
		}
	case "html":
		var err error
		if i := strings.Index(lower(raw), "<tg-time"); t.cfg.Old && i >= 0 {
			return "", nil, badRequest(fmt.Sprintf(`can't parse entities: Unsupported start tag "tg-time" at byte offset %d`, i))
		}
		if raw, entities, err = parseHTML(raw); err != nil {
			return "", nil, badRequest("can't parse entities: " + err.Error())
		}
	default:
		// Markdown exists, but nobody here writes it, and a stand-in that half knew it would mislead.
		return "", nil, badRequest("unsupported parse_mode")
	}
	for i, e := range entities {
		if e.User != nil {
			entities[i].User = t.users[e.User.ID]
		}
	}
	// Telegram shows the name of somebody whom the bot has never met, and mentions nobody.
	entities = slices.DeleteFunc(entities, func(e Entity) bool { return e.Type == "text_mention" && e.User == nil })
	raw, entities, err := tidy(raw, entities)
	return raw, entities, err
}

// readEntities reads a list of entities. Those that the server finds by itself are ignored, as it does.
func readEntities(c call, list string) ([]Entity, error) {
	var given, kept []Entity
	if err := c.object(list, "entities", &given); err != nil {
		return nil, err
	}
	for _, e := range given {
		switch e.Type {
		case "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number":
			continue
		case "text_link":
			var ok bool
			if e.URL, ok = link(e.URL); !ok {
				continue
			}
		default:
			if rank(e.Type) < 0 {
				return nil, badRequest("can't parse MessageEntity: Unsupported type specified")
			}
		}
		kept = append(kept, e)
	}
	return kept, nil
}

func readPreview(c call, m *Message) error {
	var options LinkPreview
	if c.text("link_preview_options") != "" {
		if err := c.object("link_preview_options", "link preview options", &options); err != nil {
			return err
		}
	} else {
		options.Disabled = c.truth("disable_web_page_preview")
	}
	if options != (LinkPreview{}) {
		m.LinkPreview = &options
	}
	switch {
	case options.Disabled:
	case options.URL != "":
		m.PreviewURL = options.URL
	default:
		m.PreviewURL = firstLink(m.Text, m.Entities)
	}
	return nil
}

func readReply(c call, chat *chat) (*Message, error) {
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
		return quoted(m), nil
	}
	if reply.Optional {
		return nil, nil
	}
	return nil, badRequest("message to be replied not found")
}

func (t *StandIn) editMessageText(c call) (any, error) {
	next := &Message{}
	if err := t.readText(c, next); err != nil {
		return nil, err
	}
	return t.edit(c, func(m *Message) error {
		if m.Photo != nil {
			return badRequest("there is no text in the message to edit")
		}
		m.Text, m.Entities, m.LinkPreview, m.PreviewURL = next.Text, next.Entities, next.LinkPreview, next.PreviewURL
		return nil
	})
}

func (t *StandIn) editMessageCaption(c call) (any, error) {
	next := &Message{}
	if err := t.readCaption(c, next); err != nil {
		return nil, err
	}
	return t.edit(c, func(m *Message) error {
		if m.Photo == nil {
			return badRequest("there is no caption in the message to edit")
		}
		m.Caption, m.CaptionEntities = next.Caption, next.CaptionEntities
		return nil
	})
}

func (t *StandIn) editMessageReplyMarkup(c call) (any, error) {
	return t.edit(c, func(*Message) error { return nil })
}

// edit changes one of the bot's messages. An edit without reply_markup removes the keyboard. t.mu must be held.
func (t *StandIn) edit(c call, change func(*Message) error) (any, error) {
	keyboard, err := t.readKeyboard(c)
	if err != nil {
		return nil, err
	}
	if c.text("chat_id") == "" && c.number("message_id") == 0 {
		return nil, badRequest("message identifier is not specified")
	}
	chat, err := t.chatOf(c, edit)
	if err != nil {
		return nil, err
	}
	m := chat.find(int(c.number("message_id")))
	switch {
	case m == nil:
		return nil, badRequest("message to edit not found")
	case !t.wrote(m), m.Force != nil: // with another reply_markup than an inline keyboard none can
		return nil, badRequest("message can't be edited")
	}
	next := *m
	if err := change(&next); err != nil {
		return nil, err
	}
	next.Keyboard = keyboard
	if reflect.DeepEqual(&next, m) {
		return nil, badRequest("message is not modified: specified new message content and reply markup are exactly " +
			"the same as a current content and reply markup of the message")
	}
	if err := t.charge(chat); err != nil {
		return nil, err
	}
	next.EditDate = t.cfg.Now().Unix()
	*m = next
	t.watchers.Notify(Event{Kind: Edited, Chat: chat.ID, Message: next})
	return next, nil
}

// wrote reports whether the bot sent m itself.
func (t *StandIn) wrote(m *Message) bool {
	return m.From == &t.bot || m.From == nil && m.Chat.Type == Channel
}

func (t *StandIn) deleteMessage(c call) (any, error) {
	id := int(c.number("message_id"))
	switch {
	case c.text("chat_id") == "":
		return nil, badRequest("chat identifier is not specified")
	case id == 0:
		return nil, badRequest("message identifier is not specified")
	}
	chat, err := t.chatOf(c, write)
	if err != nil {
		return nil, err
	}
	m := chat.find(id)
	if m == nil {
		return nil, badRequest("message to delete not found")
	}
	if !t.wrote(m) && chat.Type != Private && !chat.status(t.bot.ID).manages() {
		return nil, badRequest("message can't be deleted for everyone")
	}
	chat.messages = slices.DeleteFunc(chat.messages, func(x *Message) bool { return x == m })
	t.watchers.Notify(Event{Kind: Deleted, Chat: chat.ID, Message: *m})
	return true, nil
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
