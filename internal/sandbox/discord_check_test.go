package sandbox

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// dcButtons is a message with one row of n numbered buttons.
func dcButtons(n int) string {
	var buttons []string
	for i := range n {
		buttons = append(buttons, fmt.Sprintf(`{"type":2,"style":1,"label":"x","custom_id":"b%d"}`, i))
	}
	return `{"components":[{"type":1,"components":[` + strings.Join(buttons, ",") + `]}]}`
}

// dcRow is a message with one row of these components.
func dcRow(components string) string {
	return `{"components":[{"type":1,"components":[` + components + `]}]}`
}

// dcEmbed is a message with one embed of these fields.
func dcEmbed(fields string) string { return `{"embeds":[{` + fields + `}]}` }

func dcRepeat(n int, item string) string {
	return strings.TrimSuffix(strings.Repeat(item+",", n), ",")
}

func TestDiscordMessages_AreCheckedAsDiscordChecksThem(t *testing.T) {
	p := newDCPlace(t, DiscordConfig{Unlimited: true})
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
		"unknown reference":    {`{"content":"x","message_reference":{"message_id":"9"}}`, "message_reference:REPLIES_UNKNOWN_MESSAGE"},
		"ten embeds":           {`{"embeds":[` + dcRepeat(10, `{"title":"x"}`) + `]}`, ""},
		"eleven embeds":        {`{"embeds":[` + dcRepeat(11, `{"title":"x"}`) + `]}`, "embeds:BASE_TYPE_MAX_LENGTH"},
		"embed is a text":      {`{"embeds":["x"]}`, "embeds.0:DICT_TYPE_CONVERT"},
		"embeds is an object":  {`{"embeds":{}}`, "embeds:LIST_TYPE_CONVERT"},
		"title too long":       {dcEmbed(`"title":"` + x(257) + `"`), "embeds.0.title:BASE_TYPE_MAX_LENGTH"},
		"description too long": {dcEmbed(`"description":"` + x(4097) + `"`), "embeds.0.description:BASE_TYPE_MAX_LENGTH"},
		"footer too long":      {dcEmbed(`"footer":{"text":"` + x(2049) + `"}`), "embeds.0.footer.text:BASE_TYPE_BAD_LENGTH"},
		"author too long":      {dcEmbed(`"author":{"name":"` + x(257) + `"}`), "embeds.0.author.name:BASE_TYPE_BAD_LENGTH"},
		"author without name":  {dcEmbed(`"author":{}`), "embeds.0.author.name:BASE_TYPE_REQUIRED"},
		"field too long":       {dcEmbed(`"fields":[{"name":"x","value":"` + x(1025) + `"}]`), "embeds.0.fields.0.value:BASE_TYPE_BAD_LENGTH"},
		"field without value":  {dcEmbed(`"fields":[{"name":"x"}]`), "embeds.0.fields.0.value:BASE_TYPE_REQUIRED"},
		"field with space":     {dcEmbed(`"fields":[{"name":" ","value":"x"}]`), "embeds.0.fields.0.name:BASE_TYPE_REQUIRED"},
		"26 fields": {
			dcEmbed(`"fields":[` + dcRepeat(26, `{"name":"x","value":"y"}`) + `]`), "embeds.0.fields:BASE_TYPE_MAX_LENGTH",
		},
		"sum too long": {
			`{"embeds":[{"description":"` + x(4000) + `"},{"description":"` + x(2001) + `"}]}`, "embeds:MAX_EMBED_SIZE_EXCEEDED",
		},
		"color too large":     {dcEmbed(`"title":"x","color":16777216`), "embeds.0.color:NUMBER_TYPE_MAX"},
		"color negative":      {dcEmbed(`"title":"x","color":-1`), "embeds.0.color:NUMBER_TYPE_MIN"},
		"time is words":       {dcEmbed(`"title":"x","timestamp":"now"`), "embeds.0.timestamp:DATE_TIME_TYPE_PARSE"},
		"time is ISO":         {dcEmbed(`"title":"x","timestamp":"2026-01-20T12:00:00.000Z"`), ""},
		"link scheme":         {dcEmbed(`"title":"x","url":"javascript:alert(1)"`), "embeds.0.url:URL_TYPE_INVALID_SCHEME"},
		"link without scheme": {dcEmbed(`"title":"x","url":"example.org"`), "embeds.0.url:URL_TYPE_INVALID_URL"},
		"link without host":   {dcEmbed(`"title":"x","url":"https:///a"`), "embeds.0.url:URL_TYPE_INVALID_URL"},
		"link without dot":    {dcEmbed(`"title":"x","url":"http://localhost/a"`), "embeds.0.url:URL_TYPE_INVALID_URL"},
		"picture attached":    {dcEmbed(`"image":{"url":"attachment://a.png"}`), ""},
		"picture scheme":      {dcEmbed(`"image":{"url":"ftp://a.org/b"}`), "embeds.0.image.url:URL_TYPE_INVALID_SCHEME"},
		"parse unknown":       {`{"content":"x","allowed_mentions":{"parse":["all"]}}`, "allowed_mentions.parse.0:BASE_TYPE_CHOICES"},
		"parse and ids": {
			`{"content":"x","allowed_mentions":{"parse":["users"],"users":["1"]}}`,
			"allowed_mentions:MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
		},
		"mention is no id": {`{"content":"x","allowed_mentions":{"users":["ann"]}}`, "allowed_mentions.users.0:NUMBER_TYPE_COERCE"},
		"five buttons":     {dcButtons(5), ""},
		"six buttons":      {dcButtons(6), "components.0.components:BASE_TYPE_MAX_LENGTH"},
		"empty row":        {dcRow(""), "components.0.components:BASE_TYPE_BAD_LENGTH"},
		"six rows": {
			`{"components":[` + dcRepeat(6, `{"type":1,"components":[{"type":2,"style":5,"label":"x","url":"https://a.org"}]}`) + `]}`,
			"components:BASE_TYPE_MAX_LENGTH",
		},
		"button outside a row": {`{"components":[{"type":2,"style":1,"label":"x","custom_id":"a"}]}`, "components.0.type:BASE_TYPE_CHOICES"},
		"button without id":    {dcRow(`{"type":2,"style":1,"label":"x"}`), "components.0.components.0.custom_id:BUTTON_COMPONENT_CUSTOM_ID_REQUIRED"},
		"button without style": {dcRow(`{"type":2,"label":"x","custom_id":"a"}`), "components.0.components.0.style:BASE_TYPE_REQUIRED"},
		"button without label": {dcRow(`{"type":2,"style":1,"custom_id":"a"}`), "components.0.components.0:BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED"},
		"button with emoji":    {dcRow(`{"type":2,"style":1,"custom_id":"a","emoji":{"name":"x"}}`), ""},
		"button label long": {
			dcRow(`{"type":2,"style":1,"custom_id":"a","label":"` + x(81) + `"}`), "components.0.components.0.label:BASE_TYPE_MAX_LENGTH",
		},
		"button id long": {
			dcRow(`{"type":2,"style":1,"label":"x","custom_id":"` + x(101) + `"}`), "components.0.components.0.custom_id:BASE_TYPE_MAX_LENGTH",
		},
		"button id twice": {
			dcRow(dcRepeat(2, `{"type":2,"style":1,"label":"x","custom_id":"a"}`)),
			"components.0.components.1.custom_id:COMPONENT_CUSTOM_ID_DUPLICATED",
		},
		"link without url": {dcRow(`{"type":2,"style":5,"label":"x"}`), "components.0.components.0.url:BUTTON_COMPONENT_URL_REQUIRED"},
		"link with id": {
			dcRow(`{"type":2,"style":5,"label":"x","url":"https://a.org","custom_id":"a"}`),
			"components.0.components.0:BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
		},
		"select": {dcRow(`{"type":3,"custom_id":"a","max_values":1,"options":[{"label":"x","value":"y"}]}`), ""},
		"select without options": {
			dcRow(`{"type":3,"custom_id":"a"}`), "components.0.components.0.options:BASE_TYPE_REQUIRED",
		},
		"select value twice": {
			dcRow(`{"type":3,"custom_id":"a","options":[` + dcRepeat(2, `{"label":"x","value":"y"}`) + `]}`),
			"components.0.components.0.options.1.value:SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := p.bot.do("POST", p.messages(), tc.body)
			got := strings.Join(dcFaultCodes(a.body["errors"], ""), " ")
			if got != tc.fault || tc.fault == "" && a.status != http.StatusOK || tc.fault != "" && a.status != 400 {
				t.Errorf("answer %d %s\nfaults %q, want %q", a.status, a.text, got, tc.fault)
			}
		})
	}
}

func TestDiscordMessages_AreNotEmpty(t *testing.T) {
	p := newDCPlace(t, DiscordConfig{Unlimited: true})
	for _, body := range []string{`{}`, `{"content":"  "}`, `{"embeds":[{}]}`, `{"embeds":[{"url":"https://a.org"}]}`, `{"tts":true}`} {
		p.bot.do("POST", p.messages(), body).want(t, 400, 50006)
	}
}

func TestDiscordMessages_ShowOneEmbedPerAddress(t *testing.T) {
	p := newDCPlace(t, DiscordConfig{})
	a := p.bot.do("POST", p.messages(), `{"embeds":[{"title":"a","url":"https://x.org"},{"title":"b","url":"https://x.org"}]}`)
	if m, _ := p.Message(a.id()); len(m.Embeds) != 1 || m.Embeds[0].Title != "a" {
		t.Errorf("embeds = %+v, want the first alone", m.Embeds)
	}
}

func TestDiscordMessages_SayWhatTheStandInCannot(t *testing.T) {
	p := newDCPlace(t, DiscordConfig{Unlimited: true})
	for _, body := range []string{`{"flags":32768,"content":"x"}`, `{"poll":{}}`, `{"sticker_ids":["1"]}`} {
		p.bot.do("POST", p.messages(), body).want(t, http.StatusNotImplemented, 0)
	}
}

// FuzzDiscordMessage holds that no body crashes the stand-in, and that nothing beyond the limits is ever shown.
func FuzzDiscordMessage(f *testing.F) {
	for _, seed := range []string{
		`{"content":"x"}`, dcButtons(2), dcEmbed(`"title":"x","fields":[{"name":"a","value":"b"}]`), `{"nonce":1e9}`,
		`{"allowed_mentions":{"parse":["users"]},"content":"<@1>"}`, `[`, `{"embeds":[{"url":"http://%zz"}]}`, `{"flags":64}`,
	} {
		f.Add(seed)
	}
	d := NewDiscord(DiscordConfig{Token: discordTestToken, Unlimited: true})
	f.Cleanup(d.Close)
	channel := d.AddChannel(d.AddGuild("g"), "c")
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v10/channels/"+channel+"/messages", strings.NewReader(body))
		r.Header.Set("Authorization", "Bot "+discordTestToken)
		r.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		d.ServeHTTP(rec, r)
		if rec.Code != 200 && rec.Code != 400 && rec.Code != 501 {
			t.Fatalf("status %d for %q", rec.Code, body)
		}
		for _, m := range d.Messages(channel) {
			if discordLen(m.Content) > discordMaxContent || len(m.Embeds) > discordMaxEmbeds || len(m.Components) > discordMaxRows {
				t.Fatalf("beyond the limits: %+v", m)
			}
			d.mu.Lock()
			d.remove(d.world.channels[channel], d.world.messages[m.ID])
			d.mu.Unlock()
		}
	})
}
