package telegram_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/bot/telegram"
	"tidings/internal/sandbox"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

// A page's preview would say title and dek a second time.
func TestSend_RequestsThePreviewOfThePictureAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	link, picture := "https://news.example/a?b=1&c=2", "https://news.example/i.jpg"
	for _, c := range []struct {
		name    string
		message bot.Message
		want    sandboxtelegram.LinkPreview
	}{
		{
			"with a picture",
			bot.Message{Card: &bot.Card{Title: bot.Plain("T"), URL: link, Image: picture}},
			sandboxtelegram.LinkPreview{URL: picture, PreferLarge: true},
		},
		{
			"asked for",
			bot.Message{Card: &bot.Card{Title: bot.Plain("T"), URL: link, Image: picture, Preview: true}},
			sandboxtelegram.LinkPreview{URL: link, PreferLarge: true},
		},
		{"without a picture", bot.Message{Card: &bot.Card{Title: bot.Plain("T"), URL: link}}, sandboxtelegram.LinkPreview{Disabled: true}},
		{"no link", bot.Message{Card: &bot.Card{Title: bot.Plain("T")}}, sandboxtelegram.LinkPreview{Disabled: true}},
		{"text", bot.Message{Text: bot.Linked("a list of headlines", link)}, sandboxtelegram.LinkPreview{Disabled: true}},
	} {
		_, err := w.adapter.Send(t.Context(), w.here(), c.message)
		check(t, err)
		all := w.tg.Messages(w.group.ID)
		if diff := cmp.Diff(&c.want, all[len(all)-1].LinkPreview); diff != "" {
			t.Errorf("%s: preview (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestSend_FallsBackToPlainTextOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refusal := sandbox.Fault{
		Path: "/sendMessage", Status: 400,
		Body: `{"ok":false,"error_code":400,"description":"Bad Request: can't parse entities: Unsupported start tag"}`,
	}
	w.tg.Faults.Inject(refusal)
	_, err := w.adapter.Send(t.Context(), w.here(), bot.Message{Card: &bot.Card{
		Title: bot.Plain("Kim & <Yoon> @durov"), URL: "https://news.example/a", Summary: bot.Plain("Dek."),
	}})
	check(t, err)
	shown := w.shown(w.here())
	if got, want := shown[0].Text, "Kim & <Yoon> @\u2060durov\nDek.\nhttps://news.example/a"; got != want {
		t.Errorf("the alert reads %q, want %q", got, want)
	}
	refusal.Times = 2
	w.tg.Faults.Inject(refusal)
	_, err = w.adapter.Send(t.Context(), w.here(), bot.Message{Text: bot.Plain("x")})
	if se, ok := errors.AsType[*bot.SendError](err); !ok || se.Kind != bot.Unsendable {
		t.Errorf("a second refusal gives %v, want Unsendable", err)
	}
}

func TestSend_KeepsItsOwnCommandsClickableAndNoOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run(t, w.adapter, newHandler())
	must(w.menu(t.Context()))(t)
	send := func(m bot.Message) []string {
		_, err := w.adapter.Send(t.Context(), w.here(), m)
		check(t, err)
		all := w.tg.Messages(w.group.ID)
		var commands []string
		for _, e := range all[len(all)-1].Entities {
			if e.Type == "bot_command" {
				commands = append(commands, slice(all[len(all)-1].Text, e))
			}
		}
		return commands
	}
	words := bot.Plain("Try /latest or /search, not /stop or /latest@other_bot")
	if diff := cmp.Diff([]string{"/latest", "/search"}, send(bot.Message{Text: words})); diff != "" {
		t.Errorf("commands in a text (-want +got):\n%s", diff)
	}
	if got := send(bot.Message{Card: &bot.Card{Title: words, Summary: words}}); len(got) > 0 {
		t.Errorf("an article's words became the commands %q", got)
	}
}

func TestSend_OmitsButtonsThatWouldSpoilTheMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.adapter.Send(t.Context(), w.here(), bot.Message{Text: bot.Plain("x"), Buttons: [][]bot.Button{
		{{Label: "", Data: "a"}, {Label: "local", URL: "http://localhost/"}, {Label: "js", URL: "javascript:alert(1)"}},
		{{Label: strings.Repeat("long ", 100), Data: "b"}},
	}})
	check(t, err)
	got := w.shown(w.here())[0].Buttons
	if len(got) != 1 || !strings.HasPrefix(got[0], "long long") || utf8.RuneCountInString(got[0]) > 64 {
		t.Errorf("the buttons are %q, want the last, shortened", got)
	}
}

func TestSend_RefusesRedirects(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	strayed := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strayed = true }))
	defer other.Close()
	front := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer front.Close()
	a := w.newAdapter(t, telegram.Config{APIURL: front.URL + "/"})
	_, err := a.Send(t.Context(), w.here(), bot.Message{Text: bot.Plain("x")})
	if se, ok := errors.AsType[*bot.SendError](err); !ok || se.Kind != bot.Transient {
		t.Errorf("Send returned %v, want a transient failure", err)
	}
	if strayed {
		t.Error("the request followed a redirect")
	}
}

func TestSend_BoundsAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	endless := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		chunk := []byte(strings.Repeat(" ", 1<<16))
		for r.Context().Err() == nil {
			if _, err := rw.Write(chunk); err != nil {
				return
			}
		}
	}))
	defer endless.Close()
	a := w.newAdapter(t, telegram.Config{APIURL: endless.URL})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, err := a.Send(ctx, w.here(), bot.Message{Text: bot.Plain("x")})
	if se, ok := errors.AsType[*bot.SendError](err); !ok || se.Kind != bot.Transient {
		t.Errorf("of an endless answer Send makes %v, want a transient failure", err)
	}
}

func TestNew_RejectsWithoutRevealingTheToken(t *testing.T) {
	t.Parallel()
	m := newMemory()
	secret := "AAsecretsecretsecretsecretsecretsecret"
	for _, cfg := range []telegram.Config{
		{},
		{Token: secret, State: m, Inbox: m},
		{Token: "123:" + secret + "\n/x", State: m, Inbox: m},
		{Token: "99999999999999999999:" + secret, State: m, Inbox: m},
		{Token: "123:" + secret, State: m},
		{Token: "123:" + secret, State: m, Inbox: m, APIURL: "api.telegram.org"},
		{Token: "123:" + secret, State: m, Inbox: m, APIURL: "http://%zz/" + secret},
	} {
		_, err := telegram.New(cfg)
		if err == nil {
			t.Errorf("New accepts token %q and address %q", cfg.Token, cfg.APIURL)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("the error contains the token: %v", err)
		}
	}
	if _, err := telegram.New(telegram.Config{Token: " 123:" + secret + "\n", State: m, Inbox: m}); err != nil {
		t.Errorf("white space around the token: %v", err)
	}
}

func TestLimits_AreStricterForGroups(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, person := w.adapter.Limits(target(5))
	_, group := w.adapter.Limits(target(-5))
	if len(person) != 1 || len(group) != 2 {
		t.Errorf("a person has the rates %v, a group %v", person, group)
	}
}

// FuzzSend compares every text with the stand-in's strict reading of the markup: nothing is refused,
// nothing is read as markup, nobody is notified.
func FuzzSend(f *testing.F) {
	for _, s := range bottest.Texts() {
		f.Add(s.Text, "https://news.example/"+s.Text, uint8(3))
	}
	tg := sandboxtelegram.New(sandboxtelegram.Config{Unlimited: true})
	srv := httptest.NewServer(tg)
	f.Cleanup(srv.Close)
	f.Cleanup(tg.Close)
	ann := tg.AddUser(sandboxtelegram.User{FirstName: "Ann"})
	m := newMemory()
	a, err := telegram.New(telegram.Config{Token: sandboxtelegram.DefaultToken, APIURL: srv.URL, State: m, Inbox: m})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text, link string, style uint8) {
		group := must(tg.AddGroup("Newsroom", ann.ID))(t) // one each, so that none grows long
		half := len(text) / 2
		words := bot.Text{{Text: "»"}, {Text: text, Style: bot.Style(style)}, {Text: "«"}, {Text: text[:half]}, {Text: text[half:], Link: link}}
		for _, msg := range []bot.Message{
			{Text: words},
			{Card: &bot.Card{Title: words, URL: link, Summary: words, Authors: []string{text}, Source: text, Note: words}},
		} {
			receipt, err := a.Send(t.Context(), target(group.ID), msg)
			if err != nil {
				t.Fatalf("Send: %v", err)
			}
			all := tg.Messages(group.ID)
			got := seen(all[len(all)-1])
			if got.ID != receipt.MessageID || len(got.Pings) > 0 {
				t.Fatalf("message %s pings %q", got.ID, got.Pings)
			}
			if want := "»" + text + "«"; utf8.RuneCountInString(text) < 300 && !strings.Contains(readable(got.Text), readable(want)) {
				t.Fatalf("reads %q, want %q in it", got.Text, want)
			}
		}
	})
}

// readable returns what is left to compare of a text: Telegram itself drops two more characters.
func readable(s string) string {
	s = strings.NewReplacer("\u0333", "", "\u033f", "").Replace(norm.NFC.String(bot.CleanText(s, 1<<20)))
	return strings.ReplaceAll(s, " ", "")
}

func TestSend_SaysADekOnceAndALineBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		preview bool
		want    string
	}{{false, "For the desk\nT\nThe dek"}, {true, "For the desk\nT"}} {
		card := &bot.Card{Title: bot.Plain("T"), Summary: bot.Plain("The dek"), URL: "https://news.example/a", Preview: c.preview}
		_, err := w.adapter.Send(t.Context(), w.here(), bot.Message{Text: bot.Plain("For the desk"), Card: card})
		check(t, err)
		all := w.tg.Messages(w.group.ID)
		if got := all[len(all)-1].Text; got != c.want {
			t.Errorf("with a preview, %t: %q, want %q", c.preview, got, c.want)
		}
	}
}
