package discord

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// buttons is a message with one row of n numbered buttons.
func buttons(n int) string {
	var buttons []string
	for i := range n {
		buttons = append(buttons, fmt.Sprintf(`{"type":2,"style":1,"label":"x","custom_id":"b%d"}`, i))
	}
	return `{"components":[{"type":1,"components":[` + strings.Join(buttons, ",") + `]}]}`
}

// rowOf is a message with one row of these components.
func rowOf(components string) string {
	return `{"components":[{"type":1,"components":[` + components + `]}]}`
}

// embed is a message with one embed of these fields.
func embed(fields string) string { return `{"embeds":[{` + fields + `}]}` }

func repeat(n int, item string) string {
	return strings.TrimSuffix(strings.Repeat(item+",", n), ",")
}

func TestMessages_AreCheckedAsDiscordChecksThem(t *testing.T) {
	p := newPlace(t, Config{Unlimited: true})
	x := func(n int) string { return strings.Repeat("ü", n) }
	for name, tc := range map[string]struct{ body, fault string }{
		"content fits":         {`{"content":"` + x(2000) + `"}`, ""},
		"content too long":     {`{"content":"` + x(2001) + `"}`, "content:BASE_TYPE_MAX_LENGTH"},
		"spaces do not count":  {`{"content":"  ` + x(2000) + `  "}`, ""},
		"content is a list":    {`{"content":[]}`, "content:STRING_TYPE_CONVERT"},
		"nulls are absent":     {`{"content":"x","embeds":null,"nonce":null,"components":null,"flags":null}`, ""},
		"unknown keys pass":    {`{"content":"x","whatever":1}`, ""},
		"nonce fits":           {`{"content":"x","nonce":"` + x(25) + `"}`, ""},
		"nonce too long":       {`{"content":"x","nonce":"` + x(26) + `"}`, "nonce:NONCE_TYPE_TOO_LONG"},
		"nonce is a float":     {`{"content":"x","nonce":1.5}`, "nonce:NONCE_TYPE_INVALID_TYPE"},
		"enforce is a text":    {`{"content":"x","enforce_nonce":"yes"}`, "enforce_nonce:BOOLEAN_TYPE_CONVERT"},
		"flags is a text":      {`{"content":"x","flags":"many"}`, "flags:NUMBER_TYPE_COERCE"},
		"flag of an answer":    {`{"content":"x","flags":64}`, "flags:BASE_TYPE_CHOICES"},
		"flag to be silent":    {`{"content":"x","flags":4096}`, ""},
		"unknown reference":    {`{"content":"x","message_reference":{"message_id":"9"}}`, "message_reference:REPLIES_UNKNOWN_MESSAGE"},
		"ten embeds":           {`{"embeds":[` + repeat(10, `{"title":"x"}`) + `]}`, ""},
		"eleven embeds":        {`{"embeds":[` + repeat(11, `{"title":"x"}`) + `]}`, "embeds:BASE_TYPE_MAX_LENGTH"},
		"embed is a text":      {`{"embeds":["x"]}`, "embeds.0:DICT_TYPE_CONVERT"},
		"embeds is an object":  {`{"embeds":{}}`, "embeds:LIST_TYPE_CONVERT"},
		"title too long":       {embed(`"title":"` + x(257) + `"`), "embeds.0.title:BASE_TYPE_MAX_LENGTH"},
		"description too long": {embed(`"description":"` + x(4097) + `"`), "embeds.0.description:BASE_TYPE_MAX_LENGTH"},
		"footer too long":      {embed(`"footer":{"text":"` + x(2049) + `"}`), "embeds.0.footer.text:BASE_TYPE_BAD_LENGTH"},
		"author too long":      {embed(`"author":{"name":"` + x(257) + `"}`), "embeds.0.author.name:BASE_TYPE_BAD_LENGTH"},
		"author without name":  {embed(`"author":{}`), "embeds.0.author.name:BASE_TYPE_REQUIRED"},
		"field too long":       {embed(`"fields":[{"name":"x","value":"` + x(1025) + `"}]`), "embeds.0.fields.0.value:BASE_TYPE_BAD_LENGTH"},
		"field without value":  {embed(`"fields":[{"name":"x"}]`), "embeds.0.fields.0.value:BASE_TYPE_REQUIRED"},
		"field with space":     {embed(`"fields":[{"name":" ","value":"x"}]`), "embeds.0.fields.0.name:BASE_TYPE_REQUIRED"},
		"26 fields": {
			embed(`"fields":[` + repeat(26, `{"name":"x","value":"y"}`) + `]`), "embeds.0.fields:BASE_TYPE_MAX_LENGTH",
		},
		"sum too long": {
			`{"embeds":[{"description":"` + x(4000) + `"},{"description":"` + x(2001) + `"}]}`, "embeds:MAX_EMBED_SIZE_EXCEEDED",
		},
		"color too large":     {embed(`"title":"x","color":16777216`), "embeds.0.color:NUMBER_TYPE_MAX"},
		"color negative":      {embed(`"title":"x","color":-1`), "embeds.0.color:NUMBER_TYPE_MIN"},
		"time is words":       {embed(`"title":"x","timestamp":"now"`), "embeds.0.timestamp:DATE_TIME_TYPE_PARSE"},
		"time is ISO":         {embed(`"title":"x","timestamp":"2026-01-20T12:00:00.000Z"`), ""},
		"link scheme":         {embed(`"title":"x","url":"javascript:alert(1)"`), "embeds.0.url:URL_TYPE_INVALID_SCHEME"},
		"link without scheme": {embed(`"title":"x","url":"example.org"`), "embeds.0.url:URL_TYPE_INVALID_URL"},
		"link without host":   {embed(`"title":"x","url":"https:///a"`), "embeds.0.url:URL_TYPE_INVALID_URL"},
		"link without dot":    {embed(`"title":"x","url":"http://localhost/a"`), "embeds.0.url:URL_TYPE_INVALID_URL"},
		"picture attached":    {embed(`"image":{"url":"attachment://a.png"}`), ""},
		"picture scheme":      {embed(`"image":{"url":"ftp://a.org/b"}`), "embeds.0.image.url:URL_TYPE_INVALID_SCHEME"},
		"parse unknown":       {`{"content":"x","allowed_mentions":{"parse":["all"]}}`, "allowed_mentions.parse.0:BASE_TYPE_CHOICES"},
		"parse and ids": {
			`{"content":"x","allowed_mentions":{"parse":["users"],"users":["1"]}}`,
			"allowed_mentions:MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
		},
		"mention is no id": {`{"content":"x","allowed_mentions":{"users":["ann"]}}`, "allowed_mentions.users.0:NUMBER_TYPE_COERCE"},
		"five buttons":     {buttons(5), ""},
		"six buttons":      {buttons(6), "components.0.components:BASE_TYPE_MAX_LENGTH"},
		"empty row":        {rowOf(""), "components.0.components:BASE_TYPE_BAD_LENGTH"},
		"six rows": {
			`{"components":[` + repeat(6, `{"type":1,"components":[{"type":2,"style":5,"label":"x","url":"https://a.org"}]}`) + `]}`,
			"components:BASE_TYPE_MAX_LENGTH",
		},
		"button outside a row": {`{"components":[{"type":2,"style":1,"label":"x","custom_id":"a"}]}`, "components.0.type:BASE_TYPE_CHOICES"},
		"button without id":    {rowOf(`{"type":2,"style":1,"label":"x"}`), "components.0.components.0.custom_id:BUTTON_COMPONENT_CUSTOM_ID_REQUIRED"},
		"button without style": {rowOf(`{"type":2,"label":"x","custom_id":"a"}`), "components.0.components.0.style:BASE_TYPE_REQUIRED"},
		"button without label": {rowOf(`{"type":2,"style":1,"custom_id":"a"}`), "components.0.components.0:BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED"},
		"button with emoji":    {rowOf(`{"type":2,"style":1,"custom_id":"a","emoji":{"name":"x"}}`), ""},
		"button label long": {
			rowOf(`{"type":2,"style":1,"custom_id":"a","label":"` + x(81) + `"}`), "components.0.components.0.label:BASE_TYPE_MAX_LENGTH",
		},
		"button id long": {
			rowOf(`{"type":2,"style":1,"label":"x","custom_id":"` + x(101) + `"}`), "components.0.components.0.custom_id:BASE_TYPE_MAX_LENGTH",
		},
		"button id twice": {
			rowOf(repeat(2, `{"type":2,"style":1,"label":"x","custom_id":"a"}`)),
			"components.0.components.1.custom_id:COMPONENT_CUSTOM_ID_DUPLICATED",
		},
		"link without url": {rowOf(`{"type":2,"style":5,"label":"x"}`), "components.0.components.0.url:BUTTON_COMPONENT_URL_REQUIRED"},
		"link with id": {
			rowOf(`{"type":2,"style":5,"label":"x","url":"https://a.org","custom_id":"a"}`),
			"components.0.components.0:BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
		},
		"select": {rowOf(`{"type":3,"custom_id":"a","max_values":1,"options":[{"label":"x","value":"y"}]}`), ""},
		"select without options": {
			rowOf(`{"type":3,"custom_id":"a"}`), "components.0.components.0.options:BASE_TYPE_REQUIRED",
		},
		"select value twice": {
			rowOf(`{"type":3,"custom_id":"a","options":[` + repeat(2, `{"label":"x","value":"y"}`) + `]}`),
			"components.0.components.0.options.1.value:SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := p.bot.do("POST", p.messages(), tc.body)
			got := strings.Join(faultCodes(a.body["errors"], ""), " ")
			if got != tc.fault || tc.fault == "" && a.status != http.StatusOK || tc.fault != "" && a.status != 400 {
				t.Errorf("answer %d %s\nfaults %q, want %q", a.status, a.text, got, tc.fault)
			}
		})
	}
}

func TestMessages_AreNotEmpty(t *testing.T) {
	p := newPlace(t, Config{Unlimited: true})
	for _, body := range []string{`{}`, `{"content":"  "}`, `{"embeds":[{}]}`, `{"embeds":[{"url":"https://a.org"}]}`, `{"tts":true}`} {
		p.bot.do("POST", p.messages(), body).want(t, 400, 50006)
	}
}

func TestMessages_ShowOneEmbedPerAddress(t *testing.T) {
	p := newPlace(t, Config{})
	a := p.bot.do("POST", p.messages(), `{"embeds":[{"title":"a","url":"https://x.org"},{"title":"b","url":"https://x.org"}]}`)
	if m, _ := p.Message(a.id()); len(m.Embeds) != 1 || m.Embeds[0].Title != "a" {
		t.Errorf("embeds = %+v, want the first alone", m.Embeds)
	}
}

func TestMessages_SayWhatTheStandInCannot(t *testing.T) {
	p := newPlace(t, Config{Unlimited: true})
	for _, body := range []string{`{"flags":32768,"content":"x"}`, `{"poll":{}}`, `{"sticker_ids":["1"]}`} {
		p.bot.do("POST", p.messages(), body).want(t, http.StatusNotImplemented, 0)
	}
}

// FuzzMessage checks that no body crashes the stand-in, and that nothing beyond the limits is ever shown.
func FuzzMessage(f *testing.F) {
	for _, seed := range []string{
		`{"content":"x"}`, buttons(2), embed(`"title":"x","fields":[{"name":"a","value":"b"}]`), `{"nonce":1e9}`,
		`{"allowed_mentions":{"parse":["users"]},"content":"<@1>"}`, `[`, `{"embeds":[{"url":"http://%zz"}]}`, `{"flags":64}`,
	} {
		f.Add(seed)
	}
	d := New(Config{Token: testToken, Unlimited: true})
	f.Cleanup(d.Close)
	channel := d.AddChannel(d.AddGuild("g"), "c")
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v10/channels/"+channel+"/messages", strings.NewReader(body))
		r.Header.Set("Authorization", "Bot "+testToken)
		r.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		d.ServeHTTP(rec, r)
		if rec.Code != 200 && rec.Code != 400 && rec.Code != 501 {
			t.Fatalf("status %d for %q", rec.Code, body)
		}
		for _, m := range d.Messages(channel) {
			if runes(m.Content) > maxContent || len(m.Embeds) > maxEmbeds || len(m.Components) > maxRows {
				t.Fatalf("beyond the limits: %+v", m)
			}
			d.mu.Lock()
			d.remove(d.world.channels[channel], d.world.messages[m.ID])
			d.mu.Unlock()
		}
	})
}
