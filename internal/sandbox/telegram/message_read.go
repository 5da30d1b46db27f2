package telegram

import (
	"fmt"
	"slices"
	"strings"
)

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
