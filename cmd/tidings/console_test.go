package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// consoleToken signs in to the console.
const consoleToken = "console-token-that-must-never-show"

// A link that an operator asks for in private signs in once, on each platform; nobody previews it.
func TestConsole_IsEnteredByALinkFromAChat(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 2)
	w.env = append(w.env, fmt.Sprintf("OPERATORS=telegram:%d,discord:%s", w.chats[0], w.manager), "CONSOLE_TOKEN="+consoleToken)
	p := w.start("run")
	link := regexp.MustCompile(`http://\S+/sign-in/link\?code=\w+`)

	_, err := w.telegram.Say(w.chats[0], w.chats[0], 0, "/console")
	w.must(err)
	onTelegram := w.shows(w.chats[0], "/sign-in/link")
	if onTelegram.LinkPreview == nil || !onTelegram.LinkPreview.Disabled {
		t.Errorf("the preview of the link on Telegram is %+v, want none", onTelegram.LinkPreview)
	}
	direct, err := w.discord.Command(w.ctx, w.manager, w.discord.DirectChannel(w.manager), "console", nil)
	w.must(err)
	onDiscord, err := direct.Reply(w.ctx)
	w.must(err)
	if found := link.FindString(onDiscord.Content); found == "" || !strings.Contains(onDiscord.Content, "<"+found+">") {
		t.Errorf("Discord shows %q, want a link without a preview", onDiscord.Content)
	}
	for platform, text := range map[string]string{"telegram": onTelegram.Text, "discord": onDiscord.Content} {
		address := link.FindString(text)
		if !strings.Contains(text, "only in a browser on the bot's machine") {
			t.Errorf("%s: %q doesn't say where the link works", platform, text)
		}
		b := newVisitor(t)
		if status, page := b.get(address); status != http.StatusOK || !strings.Contains(page, "Sign in") {
			t.Errorf("%s: the link shows status %d", platform, status)
		}
		code := url.Values{"code": {address[strings.LastIndex(address, "=")+1:]}}
		if status, page := b.post("http://"+p.addr+"/sign-in/link", code); status != http.StatusOK || !strings.Contains(page, "<h1>Now</h1>") {
			t.Errorf("%s: the button leads to status %d", platform, status)
		}
		if status, _ := newVisitor(t).post("http://"+p.addr+"/sign-in/link", code); status != http.StatusForbidden {
			t.Errorf("%s: the link works again, with status %d", platform, status)
		}
	}
	inPublic, err := w.discord.Command(w.ctx, w.manager, w.channels[0], "console", nil)
	w.must(err)
	if m, err := inPublic.Reply(w.ctx); err != nil || link.MatchString(m.Content) || !strings.Contains(m.Content, "in our private chat") {
		t.Errorf("in a channel the bot answers %q, %v", m.Content, err)
	}
	_, err = w.telegram.Say(w.chats[1], w.chats[1], 0, "/console")
	w.must(err)
	if m := w.shows(w.chats[1], "Only the bot's operators"); link.MatchString(m.Text) {
		t.Errorf("somebody else gets %q", m.Text)
	}
	b := newVisitor(t)
	if status, page := b.post("http://"+p.addr+"/sign-in", url.Values{"token": {consoleToken}, "next": {"/setup"}}); status != http.StatusOK || !strings.Contains(page, "<h1>Setup</h1>") {
		t.Errorf("the token leads to status %d", status)
	}
	if status, page := b.post("http://"+p.addr+"/setup/check", url.Values{"back": {"/setup"}}); status != http.StatusOK || !strings.Contains(page, "the token belongs to") {
		t.Errorf("checking leads to status %d: %s", status, page)
	}
	w.stop(p)
	w.noSecretIn(p.log.String())
	if strings.Contains(p.log.String(), consoleToken) || link.MatchString(p.log.String()) {
		t.Error("the log has what signs in")
	}
}

// visitor is a browser without a page.
type visitor struct {
	t      *testing.T
	client http.Client
}

func newVisitor(t *testing.T) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, client: http.Client{Jar: jar, Timeout: patience}}
}

func (v *visitor) get(address string) (status int, page string) {
	return v.do(http.MethodGet, address, "")
}

func (v *visitor) post(address string, form url.Values) (status int, page string) {
	return v.do(http.MethodPost, address, form.Encode())
}

func (v *visitor) do(method, address, body string) (status int, page string) {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}
