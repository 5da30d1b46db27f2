package demo_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/bot/discord"
	"tidings/bot/telegram"
	"tidings/internal/demo"
	"tidings/internal/store"
)

// startBot runs both real adapters against a demo until the test ends, and has h answer.
func startBot(t *testing.T, d *demo.Demo, h bot.Handler) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "bot.db")})
	if err != nil {
		t.Fatal(err)
	}
	onDiscord, err := discord.New(discord.Config{Token: d.DiscordToken(), APIURL: d.DiscordURL(), State: s})
	if err != nil {
		t.Fatal(err)
	}
	onTelegram, err := telegram.New(telegram.Config{
		Token: d.TelegramToken(), APIURL: d.TelegramURL(), State: s, Inbox: s,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running errgroup.Group
	running.Go(func() error { return onDiscord.Run(ctx, h) })
	running.Go(func() error { return onTelegram.Run(ctx, h) })
	t.Cleanup(func() {
		cancel()
		if err := running.Wait(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func botTable() []bot.Command {
	offer := func(context.Context, bot.Invocation, string) ([]bot.Choice, error) { return nil, nil }
	keywords := bot.Arg{Name: "filter", Help: "Keywords", Complete: offer}
	elsewhere := bot.Arg{Name: "channel", Help: "Another channel", Kind: bot.ChatArg}
	count := bot.Arg{Name: "count", Help: "How many", Kind: bot.NumberArg, Min: 1, Max: 10}
	return []bot.Command{
		{Name: "latest", Help: "Headlines", Args: []bot.Arg{keywords, count}},
		{Name: "subscribe", Help: "Alerts here", Access: bot.Managers, Args: []bot.Arg{keywords, elsewhere}},
		{Name: "why", Help: "Why an alert came", OnMessage: "Why?"},
	}
}

// eventually asks again and again until something has come true.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testTime)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func TestRun_OpensWithAColleagueThenTheNewsGoesOn(t *testing.T) {
	d := newDemo(t)
	srv := httptest.NewServer(d.Page())
	t.Cleanup(srv.Close)
	page := openStream(t, srv.URL)
	snap := page.next("snapshot")
	h := &bottest.Handler{Table: botTable()}
	startBot(t, d, h)
	before := readFeed(t, d)[0].GUID
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()

	for said := false; !said; {
		event := page.next("discord")
		said = strings.Contains(fmt.Sprint(dig(event, "message", "content")), "politics desk")
		if dig(event, "message", "ephemeral") == true {
			t.Errorf("the page shows what is for the colleague alone: %v", event)
		}
	}
	forum := ""
	asked := map[string]bool{}
	for _, inv := range h.Invocations() {
		manager, err := inv.Manager(t.Context())
		if inv.Command != "subscribe" || !strings.Contains(inv.Line+inv.Options["filter"], "congress OR") || !manager || err != nil {
			t.Errorf("the bot was asked %+v by a manager (%v, %v)", inv, manager, err)
		}
		asked[inv.Target.Platform] = true
		forum += inv.Options["channel"]
	}
	if want := dig(snap, "discord", "channels", 2, "id"); forum != want || want == nil {
		t.Errorf("another channel that is subscribed: %q, want the forum %q", forum, want)
	}
	if diff := cmp.Diff(map[string]bool{"discord": true, "telegram": true}, asked); diff != "" {
		t.Errorf("subscribed chats (-want +got):\n%s", diff)
	}
	eventually(t, "a story is published", func() bool { return readFeed(t, d)[0].GUID != before })
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Run returned %v", err)
	}
}

func TestSuggest_OffersWhatTheBotDoes(t *testing.T) {
	d := newDemo(t)
	srv := httptest.NewServer(d.Page())
	t.Cleanup(srv.Close)
	channel := dig(openStream(t, srv.URL).next("snapshot"), "discord", "channels", 0, "id")
	startBot(t, d, &bottest.Handler{
		Table: botTable(),
		Suggest: func(_ context.Context, inv bot.Invocation, arg string) []bot.Choice {
			if typed := inv.Options[arg]; strings.HasPrefix("missile", typed) {
				return []bot.Choice{{Label: "12 articles", Value: "missile"}}
			}
			return nil
		},
	})
	type suggestion struct{ Line, Name, Help string }
	suggest := func(line string) (list []suggestion) {
		t.Helper()
		status, body := request(t, http.MethodPost, srv.URL+"/demo/discord/suggest",
			fmt.Sprintf(`{"channel":%q,"line":%q}`, channel, line))
		if err := json.Unmarshal([]byte(body), &list); status != http.StatusOK || err != nil {
			t.Fatalf("%q: got %d %s", line, status, body)
		}
		return list
	}
	eventually(t, "the bot's commands are there", func() bool { return len(suggest("/")) == 3 })
	for _, c := range []struct {
		line string
		want []suggestion
	}{
		{"/l", []suggestion{{"/latest ", "/latest [filter] [count]", "Headlines"}}},
		{"/latest ", []suggestion{{"/latest missile", "12 articles", "filter"}}},
		{"/latest mis", []suggestion{{"/latest missile", "12 articles", "filter"}}},
		{"/latest moon", []suggestion{{"", "filter", "Keywords"}}},
		{"/latest missile ", []suggestion{{"", "count", "How many"}}},
		{"/latest missile 5 ", []suggestion{}},
		{"/nothing at all", []suggestion{}},
	} {
		if diff := cmp.Diff(c.want, suggest(c.line)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.line, diff)
		}
	}
}

func TestPress_DoesWhatTheBotSays(t *testing.T) {
	d := newDemo(t)
	srv := httptest.NewServer(d.Page())
	t.Cleanup(srv.Close)
	page := openStream(t, srv.URL)
	snap := page.next("snapshot")
	channel, chat := dig(snap, "discord", "channels", 0, "id"), dig(snap, "telegram", "chats", 1, "id")
	startBot(t, d, &bottest.Handler{
		Table: botTable(),
		Answer: func(_ context.Context, inv bot.Invocation) bot.Message {
			m := bot.Message{Text: bot.Plain("page 1"), Buttons: [][]bot.Button{{{Label: "On", Data: "2"}, {Label: "Why?", Data: "why"}}}}
			if inv.Data != "" {
				m = bot.Message{Text: bot.Plain("pressed " + inv.Data), Notice: inv.Data == "why"}
			}
			return m
		},
	})
	act := func(path, format string, args ...any) (string, int) {
		t.Helper()
		status, body := request(t, http.MethodPost, srv.URL+"/demo/"+path, fmt.Sprintf(format, args...))
		return body, status
	}
	eventually(t, "Discord knows the commands", func() bool {
		_, status := act("discord/say", `{"channel":%q,"line":"/latest"}`, channel)
		return status == http.StatusOK
	})
	shown := page.message("discord", "content", "page 1")
	on := dig(shown, "components", 0, "components", 0, "custom_id")
	if body, status := act("discord/press", `{"message":%q,"button":%q}`, shown["id"], on); status != http.StatusOK {
		t.Errorf("press on Discord: got %d %s", status, body)
	}
	if now := page.message("discord", "content", "pressed 2"); now["id"] != shown["id"] {
		t.Errorf("the answer is another message: %v", now)
	}

	act("telegram/say", `{"chat":%.0f,"line":"/latest"}`, chat)
	shown = page.message("telegram", "text", "page 1")
	why := dig(shown, "reply_markup", "inline_keyboard", 0, 1, "callback_data")
	body, status := act("telegram/press", `{"chat":%.0f,"message":%.0f,"button":%q}`, chat, shown["message_id"], why)
	if status != http.StatusOK || !strings.Contains(body, "pressed why") {
		t.Errorf("press on Telegram: got %d %s", status, body)
	}
	for path, action := range map[string]string{
		"discord/press":  fmt.Sprintf(`{"message":"1","button":%q}`, on),
		"telegram/press": fmt.Sprintf(`{"chat":%.0f,"message":999,"button":%q}`, chat, why),
	} {
		if body, status := act(path, "%s", action); status != http.StatusUnprocessableEntity || !strings.Contains(body, "error") {
			t.Errorf("%s on a message that is not there: got %d %s", path, status, body)
		}
	}
}

func TestMessages_HaveMenusAnswersAndForms(t *testing.T) {
	d := newDemo(t)
	srv := httptest.NewServer(d.Page())
	t.Cleanup(srv.Close)
	page := openStream(t, srv.URL)
	snap := page.next("snapshot")
	channel, chat := dig(snap, "discord", "channels", 0, "id"), dig(snap, "telegram", "chats", 0, "id")
	form := &bot.Form{Title: bot.Plain("Edit"), Label: bot.Plain("Filter"), Value: "missile", Data: "save"}
	startBot(t, d, &bottest.Handler{
		Table: botTable(),
		Answer: func(_ context.Context, inv bot.Invocation) bot.Message {
			switch {
			case inv.Command == "latest":
				return bot.Message{Form: form}
			case inv.Data != "":
				return bot.Message{Text: bot.Plain("saved " + inv.Line)}
			}
			return bot.Message{Text: bot.Plain(inv.Command + " " + inv.ReplyTo)}
		},
	})
	act := func(path, format string, args ...any) (string, int) {
		t.Helper()
		status, body := request(t, http.MethodPost, srv.URL+"/demo/"+path, fmt.Sprintf(format, args...))
		return body, status
	}
	eventually(t, "the menu is there", func() bool {
		body, _ := act("discord/menu", `{}`)
		return strings.TrimSpace(body) == `["Why?"]`
	})
	act("discord/say", `{"channel":%q,"line":"an alert"}`, channel)
	alert := page.message("discord", "content", "an alert")
	if body, status := act("discord/use", `{"message":%q,"line":"Why?"}`, alert["id"]); status != http.StatusOK {
		t.Errorf("use: got %d %s", status, body)
	}
	why := page.message("discord", "content", "why")
	if why["content"] != fmt.Sprint("why ", alert["id"]) || why["used"] != "Why?" || dig(why["quote"], "text") != "an alert" {
		t.Errorf("the answer from the menu is %v", why)
	}
	if _, status := act("discord/use", `{"message":%q,"line":"latest"}`, alert["id"]); status != http.StatusUnprocessableEntity {
		t.Errorf("a command that is not in the menu: got %d", status)
	}

	act("discord/say", `{"channel":%q,"line":"/latest"}`, channel)
	asked := page.next("discord")["form"]
	if dig(asked, "title") != "Edit" || dig(asked, "fields", 0, "value") != "missile" {
		t.Errorf("the form is %v", asked)
	}
	fields, _ := json.Marshal(map[string]any{dig(asked, "fields", 0, "custom_id").(string): "moon"})
	if body, status := act("discord/submit", `{"opened":%q,"fields":%s}`, dig(asked, "opened"), fields); status != http.StatusOK {
		t.Errorf("submit: got %d %s", status, body)
	}
	page.message("discord", "content", "saved moon")

	act("telegram/say", `{"chat":%.0f,"line":"/latest"}`, chat)
	question := page.message("telegram", "text", "Edit")
	if question["asks"] != true || question["placeholder"] != "Filter" {
		t.Errorf("the question is %v", question)
	}
	act("telegram/say", `{"chat":%.0f,"message":%.0f,"line":"moon"}`, chat, question["message_id"])
	answer := page.message("telegram", "text", "saved moon")
	if answer["asks"] != nil || dig(answer, "reply_to_message", "text") != "moon" {
		t.Errorf("the answer is %v", answer)
	}
	if _, status := act("telegram/say", `{"chat":%.0f,"message":999,"line":"moon"}`, chat); status != http.StatusUnprocessableEntity {
		t.Errorf("a reply to nothing: got %d", status)
	}
}

// message returns the next message of a platform that has a text in a field.
func (s *stream) message(platform, field, text string) map[string]any {
	s.t.Helper()
	for {
		m, _ := s.next(platform)["message"].(map[string]any)
		if strings.Contains(fmt.Sprint(m[field]), text) {
			return m
		}
	}
}

func TestEvents_ShowOnlyPicturesOfTheNewsroom(t *testing.T) {
	d := newDemo(t)
	srv := httptest.NewServer(d.Page())
	t.Cleanup(srv.Close)
	page := openStream(t, srv.URL)
	snap := page.next("snapshot")
	var pictured feedItem
	for _, it := range readFeed(t, d) {
		if it.Image != nil {
			pictured = it
		}
	}
	post := fmt.Sprintf("%s/api/v10/channels/%s/messages", d.DiscordURL(), dig(snap, "discord", "channels", 0, "id"))
	for image, want := range map[string]string{
		pictured.Image.URL:                  "/demo/pictures/",
		"https://tracker.example/pixel.png": "",
	} {
		status, body := request(t, http.MethodPost, post,
			fmt.Sprintf(`{"embeds":[{"title":"News","image":{"url":%q}}]}`, image), "Authorization: Bot "+d.DiscordToken())
		if status != http.StatusOK {
			t.Fatalf("create message: got %d %s", status, body)
		}
		got := fmt.Sprint(dig(page.next("discord"), "message", "embeds", 0, "image", "url"))
		if !strings.HasPrefix(got, want) || strings.Contains(got, "tracker") {
			t.Errorf("%s is shown as %q, want %q", image, got, want)
		}
	}
	send := fmt.Sprintf("%s/bot%s/sendMessage", d.TelegramURL(), d.TelegramToken())
	chat := dig(snap, "telegram", "chats", 0, "id")
	for link, want := range map[string]string{pictured.Link: pictured.Title, "https://tracker.example/a": "tracker.example"} {
		if status, body := request(t, http.MethodPost, send, fmt.Sprintf(`{"chat_id":%.0f,"text":%q}`, chat, link)); status != http.StatusOK {
			t.Fatalf("sendMessage: got %d %s", status, body)
		}
		preview := dig(page.message("telegram", "text", link), "preview")
		image, _ := dig(preview, "image").(string)
		if dig(preview, "title") != want || strings.HasPrefix(image, "http") || (image != "") != (link == pictured.Link) {
			t.Errorf("%s has preview %v, want %q", link, preview, want)
		}
	}
}
