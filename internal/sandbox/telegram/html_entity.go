package telegram

import (
	"strconv"
	"strings"
)

// close turns a finished tag into its entity.
func (p *html) close(tag tag) error {
	kind, _ := tagKind(tag.name)
	e := Entity{Type: kind, Offset: tag.offset, Length: p.units - tag.offset}
	switch tag.name {
	case "a":
		return p.closeLink(tag, e)
	case "tg-emoji":
		if id, err := strconv.ParseInt(tag.argument, 10, 64); err != nil || id == 0 {
			return markupError("Invalid custom emoji identifier specified")
		}
		e.Type, e.CustomEmojiID = "custom_emoji", tag.argument
	case "tg-time":
		if tag.unix <= 0 {
			return nil
		}
		if !isTimeFormat(tag.argument) {
			return markupError("Invalid date-time format specified")
		}
		e.Type, e.UnixTime, e.TimeFormat = "date_time", tag.unix, tag.argument
	case "blockquote":
		if tag.argument != "" {
			e.Type = "expandable_blockquote"
		}
	case "code", "pre":
		p.closeCode(tag, e)
		return nil
	}
	p.entities = append(p.entities, e)
	return nil
}

// isTimeFormat reports whether s is one of core.telegram.org/bots/api#date-time-entity-formatting: r, or a w, a d or D, and a t
// or T, each of which may be missing.
func isTimeFormat(s string) bool {
	rest := strings.TrimPrefix(s, "w")
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "d"), "D")
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "t"), "T")
	return s == "r" || rest == ""
}

// closeLink drops the link, but keeps its text, when Telegram wouldn't open the address.
func (p *html) closeLink(tag tag, e Entity) error {
	address := tag.argument
	if address == "" {
		address = p.out.String()[tag.begin:]
	}
	if id, ok := userLink(address); ok {
		e.Type, e.User = "text_mention", &User{ID: id}
	} else if e.URL, ok = link(address); ok {
		e.Type = "text_link"
	} else {
		return nil
	}
	p.entities = append(p.entities, e)
	return nil
}

// closeCode joins code inside pre, or pre inside code, into one pre with a language.
func (p *html) closeCode(tag tag, e Entity) {
	if n := len(p.entities); n > 0 {
		last := &p.entities[n-1]
		if last.Offset == e.Offset && last.Length == e.Length {
			switch {
			case tag.name == "pre" && last.Type == "code" && last.Language != "":
				last.Type = "pre"
				return
			case tag.name == "code" && last.Type == "pre" && tag.argument != "":
				last.Language = tag.argument
				return
			}
		}
	}
	e.Language = tag.argument
	if tag.name == "pre" {
		e.Language = ""
	}
	p.entities = append(p.entities, e)
}
