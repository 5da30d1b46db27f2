package sandbox

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
	discordMaxContent     = 2000
	discordMaxEmbeds      = 10
	discordMaxEmbedSum    = 6000 // over all embeds of the message
	discordMaxEmbedTitle  = 256
	discordMaxDescription = 4096
	discordMaxFields      = 25
	discordMaxFieldName   = 256
	discordMaxFieldValue  = 1024
	discordMaxFooter      = 2048
	discordMaxAuthor      = 256
	discordMaxURL         = 2048
	discordMaxNonce       = 25
	discordMaxRows        = 5
	discordMaxButtons     = 5
	discordMaxCustomID    = 100
	discordMaxLabel       = 80
	discordMaxButtonURL   = 512
	discordMaxOptions     = 25
	discordMaxPlaceholder = 150
	discordMaxAllowed     = 100 // ids in allowed_mentions
)

// discordDraft is a message or an edit that passed the checks. has tells which parts were sent.
type discordDraft struct {
	has        func(key string) bool
	content    string
	embeds     []DiscordEmbed
	components []DiscordComponent
	files      []string
	flags      int64
	nonce      string
	enforce    bool
	replyTo    string
	mustExist  bool // replyTo
	allowed    discordAllowed
}

// discordReadDraft checks the parts of a message in o. parse is what pings when allowed_mentions is absent.
func discordReadDraft(o discordObject, parse ...string) (discordDraft, *discordError) {
	dr := discordDraft{
		has:     o.has,
		content: o.string("content", discordMaxContent),
		embeds:  discordReadEmbeds(o),
		nonce:   discordReadNonce(o),
		enforce: o.bool("enforce_nonce"),
		allowed: discordReadAllowed(o, parse),
	}
	o.bool("tts")
	dr.flags, _ = o.int("flags", 0, 1<<31-1)
	dr.components = discordReadComponents(o)
	dr.files, _ = o.fields["\x00files"].([]string)
	if ref, ok := o.object("message_reference"); ok {
		dr.replyTo = ref.requiredString("message_id", 20)
		if dr.replyTo != "" && !discordIsSnowflake(dr.replyTo) {
			ref.fail("message_id", "NUMBER_TYPE_COERCE", fmt.Sprintf("Value %q is not snowflake.", dr.replyTo))
		}
		dr.mustExist = ref.fields["fail_if_not_exists"] == nil || ref.bool("fail_if_not_exists")
	}
	if e := o.check.err(); e != nil {
		return dr, e
	}
	for _, key := range []string{"poll", "sticker_ids"} {
		if o.fields[key] != nil {
			return dr, discordUnsupported(key)
		}
	}
	if dr.flags&discordFlagComponentsV2 != 0 {
		return dr, discordUnsupported("components V2")
	}
	return dr, nil
}

func (dr discordDraft) empty() bool {
	return dr.content == "" && len(dr.embeds) == 0 && len(dr.components) == 0 && len(dr.files) == 0
}

func discordReadNonce(o discordObject) string {
	switch v := o.fields["nonce"].(type) {
	case nil:
	case json.Number:
		if _, err := v.Int64(); err != nil {
			o.fail("nonce", "NONCE_TYPE_INVALID_TYPE", "This field must be a string or integer.")
		}
		return v.String()
	case string:
		if utf8.RuneCountInString(v) > discordMaxNonce {
			o.fail("nonce", "NONCE_TYPE_TOO_LONG", "Must be 25 or fewer characters long.")
		}
		return v
	default:
		o.fail("nonce", "NONCE_TYPE_INVALID_TYPE", "This field must be a string or integer.")
	}
	return ""
}

func discordReadAllowed(o discordObject, parse []string) discordAllowed {
	a, ok := o.object("allowed_mentions")
	if !ok {
		return discordAllowed{parse: parse}
	}
	allowed := discordAllowed{
		parse: a.strings("parse", 3),
		users: a.strings("users", discordMaxAllowed),
		roles: a.strings("roles", discordMaxAllowed),
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
			if !discordIsSnowflake(id) {
				a.check.fail(append(a.at(key), strconv.Itoa(i)), "NUMBER_TYPE_COERCE", fmt.Sprintf("Value %q is not snowflake.", id))
			}
		}
	}
	return allowed
}

// discordReadEmbeds reads the embeds of a message. Of several with one address only the first is kept.
func discordReadEmbeds(o discordObject) []DiscordEmbed {
	var embeds []DiscordEmbed
	var sum int
	seen := map[string]bool{}
	for _, item := range o.objects("embeds", discordMaxEmbeds) {
		e, size := discordReadEmbed(item)
		sum += size
		empty := size == 0 && e.Image == nil && e.Thumbnail == nil
		if empty || e.URL != "" && seen[e.URL] {
			continue
		}
		seen[e.URL] = true
		embeds = append(embeds, e)
	}
	if sum > discordMaxEmbedSum {
		o.fail("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
	}
	return embeds
}

// discordReadEmbed returns an embed and how many code points it counts for.
func discordReadEmbed(o discordObject) (DiscordEmbed, int) {
	web := []string{"http", "https"}
	picture := []string{"http", "https", "attachment"}
	e := DiscordEmbed{
		Type:        "rich",
		Title:       o.string("title", discordMaxEmbedTitle),
		URL:         o.url("url", discordMaxURL, web...),
		Description: o.string("description", discordMaxDescription),
		Timestamp:   discordReadTimestamp(o),
	}
	e.Color, _ = o.int("color", 0, 0xffffff)
	size := discordLen(e.Title, e.Description)
	if a, ok := o.object("author"); ok {
		e.Author = &DiscordEmbedText{
			Name: a.requiredString("name", discordMaxAuthor), URL: a.url("url", discordMaxURL, web...),
			IconURL: a.url("icon_url", discordMaxURL, picture...),
		}
		size += discordLen(e.Author.Name)
	}
	if f, ok := o.object("footer"); ok {
		e.Footer = &DiscordEmbedText{
			Text: f.requiredString("text", discordMaxFooter), IconURL: f.url("icon_url", discordMaxURL, picture...),
		}
		size += discordLen(e.Footer.Text)
	}
	if i, ok := o.object("image"); ok {
		e.Image = &DiscordEmbedImage{URL: i.url("url", discordMaxURL, picture...)}
	}
	if i, ok := o.object("thumbnail"); ok {
		e.Thumbnail = &DiscordEmbedImage{URL: i.url("url", discordMaxURL, picture...)}
	}
	for _, f := range o.objects("fields", discordMaxFields) {
		field := DiscordEmbedField{
			Name:   f.requiredString("name", discordMaxFieldName),
			Value:  f.requiredString("value", discordMaxFieldValue),
			Inline: f.bool("inline"),
		}
		size += discordLen(field.Name, field.Value)
		e.Fields = append(e.Fields, field)
	}
	return e, size
}

func discordReadTimestamp(o discordObject) string {
	s := o.string("timestamp", 64)
	if s == "" {
		return ""
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return discordTime(t)
		}
	}
	o.fail("timestamp", "DATE_TIME_TYPE_PARSE", fmt.Sprintf("Could not parse %s. Should be ISO8601.", s))
	return ""
}

func discordLen(texts ...string) int { return utf8.RuneCountInString(strings.Join(texts, "")) }
