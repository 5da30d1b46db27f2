package discord

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

func TestNew_RejectsBadConfigWithoutRevealingTheToken(t *testing.T) {
	for name, cfg := range map[string]Config{
		"no token":        {},
		"only the word":   {Token: " Bot "},
		"line break":      {Token: testToken + "\n" + testToken},
		"not an address":  {Token: testToken, APIURL: "discord.com"},
		"another scheme":  {Token: testToken, APIURL: "ftp://discord.com"},
		"broken address":  {Token: testToken, APIURL: "http://[::1"},
		"beyond ASCII":    {Token: testToken + "é"},
		"space in itself": {Token: "a b"},
	} {
		_, err := New(cfg)
		if err == nil || strings.Contains(err.Error(), testToken) {
			t.Errorf("%s: New returned %v", name, err)
		}
	}
}

func TestNew_AcceptsATokenAsPeoplePasteIt(t *testing.T) {
	for _, token := range []string{testToken, " " + testToken + "\n", "Bot " + testToken} {
		a, err := New(Config{Token: token})
		if err != nil || a.token.Reveal() != testToken {
			t.Errorf("New(%q) failed: %v", token, err)
		}
	}
}

func TestRest_KeepsThePathOfAProxyAndItsTokenOutOfAnswers(t *testing.T) {
	type seen struct{ path, authorization string }
	var got []seen
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, seen{r.URL.RequestURI(), r.Header.Get("Authorization")})
		w.WriteHeader(http.StatusNoContent)
	}))
	defer srv.Close()
	a, err := New(Config{Token: testToken, APIURL: srv.URL + "/proxy/"})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/users/@me?x=1", "/webhooks/1/t/messages/@original", "/interactions/1/t/callback"} {
		if err := a.rest.call(t.Context(), http.MethodGet, path, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	want := []seen{
		{"/proxy/api/v10/users/@me?x=1", "Bot " + testToken},
		{"/proxy/api/v10/webhooks/1/t/messages/@original", ""},
		{"/proxy/api/v10/interactions/1/t/callback", ""},
	}
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("the server saw %+v, want %+v", got, want)
		}
	}
}

func TestRest_FollowsNoRedirect(t *testing.T) {
	srv := httptest.NewServer(http.RedirectHandler("http://127.0.0.1:1/", http.StatusFound))
	defer srv.Close()
	a, err := New(Config{Token: testToken, APIURL: srv.URL})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = a.Send(t.Context(), bot.Target{Chat: "1"}, bot.Message{}); err == nil || !strings.Contains(err.Error(), "302") {
		t.Errorf("Send returned %v, want the refusal to follow", err)
	}
}

func TestLimits_AreDiscords(t *testing.T) {
	a := &Adapter{}
	whole, target := a.Limits(bot.Target{})
	if len(whole) != 1 || whole[0] != (bot.Rate{N: 50, Per: time.Second}) {
		t.Errorf("the bot's rates are %v", whole)
	}
	if len(target) != 1 || target[0] != (bot.Rate{N: 5, Per: 5 * time.Second}) {
		t.Errorf("a channel's rates are %v", target)
	}
}

func TestNew_ShowsTheTokenInNoDump(t *testing.T) {
	a, err := New(Config{Token: testToken})
	if err != nil {
		t.Fatal(err)
	}
	for _, dump := range []string{
		fmt.Sprintf("%+v %#v", a, a), fmt.Sprintf("%+v %#v", a.rest, a.rest),
	} {
		if strings.Contains(dump, testToken) {
			t.Errorf("the token stands in %s", dump)
		}
	}
}
