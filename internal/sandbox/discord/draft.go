package discord

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of a message; discord.com/developers/docs/resources/message#embed-object-embed-limits and #create-message.
const (
	maxContent     = 2000
	maxEmbeds      = 10
	maxEmbedSum    = 6000 // over all embeds of the message
	maxEmbedTitle  = 256
	maxDescription = 4096
	maxFields      = 25
	maxFieldName   = 256
	maxFieldValue  = 1024
	maxFooter      = 2048
	maxAuthor      = 256
	maxURL         = 2048
	maxNonce       = 25
	maxRows        = 5
	maxButtons     = 5
	maxCustomID    = 100
	maxLabel       = 80
	maxButtonURL   = 512
	maxOptions     = 25
	maxPlaceholder = 150
	maxAllowed     = 100 // ids in allowed_mentions
)

// draft is a message or an edit that passed the checks. has reports which parts were sent.
type draft struct {
	has        func(key string) bool
	content    string
	embeds     []Embed
	components []Component
	files      []string
	flags      int64
	nonce      string
	enforce    bool
	replyTo    string
	mustExist  bool // replyTo
	allowed    allowed
}

// readDraft checks the parts of a message in o. parse is what pings when allowed_mentions is absent.
func readDraft(o object, parse ...string) (draft, *apiError) {
	dr := draft{
		has:     o.has,
		content: o.string("content", maxContent),
		embeds:  readEmbeds(o),
		nonce:   readNonce(o),
		enforce: o.bool("enforce_nonce"),
		allowed: readAllowed(o, parse),
	}
	o.bool("tts")
	dr.flags, _ = o.int("flags", 0, 1<<31-1)
	dr.components = readComponents(o)
	dr.files, _ = o.fields["\x00files"].([]string)
	if ref, ok := o.object("message_reference"); ok {
		dr.replyTo = ref.requiredString("message_id", 20)
		if dr.replyTo != "" && !isSnowflake(dr.replyTo) {
			ref.fail("message_id", "NUMBER_TYPE_COERCE", fmt.Sprintf("Value %q is not snowflake.", dr.replyTo))
		}
		dr.mustExist = ref.fields["fail_if_not_exists"] == nil || ref.bool("fail_if_not_exists")
	}
	if e := o.check.err(); e != nil {
		return dr, e
	}
	for _, key := range []string{"poll", "sticker_ids"} {
		if o.fields[key] != nil {
			return dr, unsupported(key)
		}
	}
	if dr.flags&flagComponentsV2 != 0 {
		return dr, unsupported("components V2")
	}
	return dr, nil
}

// checkFlags refuses flags that a bot can't set in this place. Discord takes some of them and does nothing, which helps
// nobody who sent them.
func checkFlags(o object, dr draft, settable int64) *apiError {
	if dr.flags&^settable != 0 {
		o.fail("flags", "BASE_TYPE_CHOICES", fmt.Sprintf("Flags %d cannot be set.", dr.flags&^settable))
	}
	return o.check.err()
}

func (dr draft) empty() bool {
	return dr.content == "" && len(dr.embeds) == 0 && len(dr.components) == 0 && len(dr.files) == 0
}

func readNonce(o object) string {
	switch v := o.fields["nonce"].(type) {
	case nil:
	case json.Number:
		if _, err := v.Int64(); err != nil {
			o.fail("nonce", "NONCE_TYPE_INVALID_TYPE", "This field must be a string or integer.")
		}
		return v.String()
	case string:
		if utf8.RuneCountInString(v) > maxNonce {
			o.fail("nonce", "NONCE_TYPE_TOO_LONG", "Must be 25 or fewer characters long.")
		}
		return v
	default:
		o.fail("nonce", "NONCE_TYPE_INVALID_TYPE", "This field must be a string or integer.")
	}
	return ""
}

func readAllowed(o object, parse []string) allowed {
	a, ok := o.object("allowed_mentions")
	if !ok {
		return allowed{parse: parse}
	}
	allowed := allowed{
		parse: a.strings("parse", 3),
		users: a.strings("users", maxAllowed),
		roles: a.strings("roles", maxAllowed),
	}
	a.bool("replied_user")
	for i, p := range allowed.parse {
		if !slices.Contains([]string{"roles", "users", "everyone"}, p) {
			a.check.fail(append(a.at("parse"), strconv.Itoa(i)), "BASE_TYPE_CHOICES",
				"Value must be one of ('roles', 'users', 'everyone').")
		}
	}
	for key, ids := range map[string][]string{"users": allowed.users, "roles": allowed.roles} {
		if len(ids) > 0 && slices.Contains(allowed.parse, key) {
			o.fail("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
				fmt.Sprintf("parse:[%q] and %s: [ids...] are mutually exclusive.", key, key))
		}
		for i, id := range ids {
			if !isSnowflake(id) {
				a.check.fail(append(a.at(key), strconv.Itoa(i)), "NUMBER_TYPE_COERCE", fmt.Sprintf("Value %q is not snowflake.", id))
			}
		}
	}
	return allowed
}

// readEmbeds reads the embeds of a message. Of several with one address only the first is kept.
func readEmbeds(o object) []Embed {
	var embeds []Embed
	var sum int
	seen := map[string]bool{}
	for _, item := range o.objects("embeds", maxEmbeds) {
		e, size := readEmbed(item)
		sum += size
		empty := size == 0 && e.Image == nil && e.Thumbnail == nil
		if empty || e.URL != "" && seen[e.URL] {
			continue
		}
		seen[e.URL] = true
		embeds = append(embeds, e)
	}
	if sum > maxEmbedSum {
		o.fail("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
	}
	return embeds
}

// readEmbed returns an embed and how many code points it counts for.
func readEmbed(o object) (Embed, int) {
	web := []string{"http", "https"}
	picture := []string{"http", "https", "attachment"}
	e := Embed{
		Type:        "rich",
		Title:       o.string("title", maxEmbedTitle),
		URL:         o.url("url", maxURL, web...),
		Description: o.string("description", maxDescription),
		Timestamp:   readTimestamp(o),
	}
	e.Color, _ = o.int("color", 0, 0xffffff)
	size := runes(e.Title, e.Description)
	if a, ok := o.object("author"); ok {
		e.Author = &EmbedText{
			Name: a.requiredString("name", maxAuthor), URL: a.url("url", maxURL, web...),
			IconURL: a.url("icon_url", maxURL, picture...),
		}
		size += runes(e.Author.Name)
	}
	if f, ok := o.object("footer"); ok {
		e.Footer = &EmbedText{
			Text: f.requiredString("text", maxFooter), IconURL: f.url("icon_url", maxURL, picture...),
		}
		size += runes(e.Footer.Text)
	}
	if i, ok := o.object("image"); ok {
		e.Image = &EmbedImage{URL: i.url("url", maxURL, picture...)}
	}
	if i, ok := o.object("thumbnail"); ok {
		e.Thumbnail = &EmbedImage{URL: i.url("url", maxURL, picture...)}
	}
	for _, f := range o.objects("fields", maxFields) {
		field := EmbedField{
			Name:   f.requiredString("name", maxFieldName),
			Value:  f.requiredString("value", maxFieldValue),
			Inline: f.bool("inline"),
		}
		size += runes(field.Name, field.Value)
		e.Fields = append(e.Fields, field)
	}
	return e, size
}

func readTimestamp(o object) string {
	s := o.string("timestamp", 64)
	if s == "" {
		return ""
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return timestamp(t)
		}
	}
	o.fail("timestamp", "DATE_TIME_TYPE_PARSE", fmt.Sprintf("Could not parse %s. Should be ISO8601.", s))
	return ""
}

func runes(texts ...string) int { return utf8.RuneCountInString(strings.Join(texts, "")) }
