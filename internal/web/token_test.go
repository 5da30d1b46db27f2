package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/internal/web"
)

func TestPublish_ATokenIsForItsSource(t *testing.T) {
	store := &recordingStore{}
	const wire, spare = "token-of-the-wire", "another-of-the-wire"
	url, _ := serve(t, web.Config{Store: store, Decode: decode, Tokens: append(anySource(),
		web.PublishToken{Token: wire, Source: "wire"}, web.PublishToken{Token: spare, Source: "wire"})})
	for _, tt := range []struct {
		token, body string
		status      int
		sources     []string
		pointer     string
	}{
		{wire, `{"title":"One"}`, http.StatusAccepted, []string{"wire"}, ""},
		{spare, `[{"title":"One","source":"wire"},{"title":"Two","source":" wire "},{"title":"Three","source":"\u200b"}]`, http.StatusAccepted, []string{"wire", "wire", "wire"}, ""},
		{wire, `{"title":"One","source":"desk"}`, http.StatusForbidden, nil, "/source"},
		{wire, `{"title":"One","source":"Wire"}`, http.StatusForbidden, nil, "/source"},
		{wire, `{"title":"One","source":"desk","status":"withdrawn"}`, http.StatusForbidden, nil, "/source"},
		{wire, `[{"title":"One"},{"title":"Two","source":"api"}]`, http.StatusForbidden, nil, "/1/source"},
		{token, `[{"title":"One"},{"title":"Two","source":"desk"}]`, http.StatusAccepted, []string{"api", "desk"}, ""},
		{"token-of-nobody", `{"title":"One"}`, http.StatusUnauthorized, nil, ""},
	} {
		before := len(store.stored())
		status, header, body := send(t, "POST", url+"/api/articles", "Bearer "+tt.token, tt.body)
		if status != tt.status {
			t.Errorf("%s with %s: answered by %d %s, want %d", tt.body, tt.token, status, body, tt.status)
			continue
		}
		if status == http.StatusForbidden {
			p := problemOf(t, status, header, body)
			if len(p.Errors) != 1 || p.Errors[0].Pointer != tt.pointer || !strings.Contains(p.Detail, `for the source "wire" alone`) {
				t.Errorf("%s: refused by %s, want the reason at %s", tt.body, body, tt.pointer)
			}
		}
		var sources []string
		for _, put := range store.stored()[before:] {
			for i := range put {
				sources = append(sources, put[i].Source)
			}
		}
		if !cmp.Equal(sources, tt.sources) {
			t.Errorf("%s: stored for %q, want %q", tt.body, sources, tt.sources)
		}
	}
}

func TestPublish_AKeyIsItsTokensAlone(t *testing.T) {
	store := &recordingStore{}
	url, _ := serve(t, web.Config{Store: store, Decode: decode, Tokens: append(anySource(), web.PublishToken{Token: "of-the-wire", Source: "wire"})})
	for _, bearer := range []string{token, "of-the-wire"} {
		sendWith(t, http.Header{"Idempotency-Key": {"k"}}, "POST", url+"/api/articles", "Bearer "+bearer, `{"title":"One"}`)
	}
	if k := store.keys; len(k) != 2 || strings.Fields(k[0])[0] == strings.Fields(k[1])[0] {
		t.Errorf("two publishers share the keys %q", k)
	}
}

func TestMetrics_AreHiddenFromTheInternet(t *testing.T) {
	const own = "token-of-metrics"
	for _, tt := range []struct {
		name, publicURL, token, bearer string
		status                         int
		says                           string
	}{
		{"on this machine alone", "", "", "", http.StatusOK, "tidings_"},
		{"public, without a token", "https://news.example", "", "Bearer ", http.StatusUnauthorized, "set METRICS_TOKEN"},
		{"public, asked without it", "https://news.example", own, "", http.StatusUnauthorized, "METRICS_TOKEN"},
		{"public, asked with another", "https://news.example", own, "Bearer " + token, http.StatusUnauthorized, "METRICS_TOKEN"},
		{"public, asked in another way", "https://news.example", own, "Basic " + own, http.StatusUnauthorized, "METRICS_TOKEN"},
		{"public, asked with it", "https://news.example", own, "bearer " + own, http.StatusOK, "tidings_"},
		{"not public, but with a token", "", own, "", http.StatusUnauthorized, "METRICS_TOKEN"},
	} {
		url, _ := serve(t, web.Config{
			Store: &recordingStore{}, Metrics: web.NewMetrics(web.Build{Version: "v1"}), PublicURL: tt.publicURL, MetricsToken: tt.token, Tokens: anySource(), Decode: decode,
		})
		for _, path := range []string{"/metrics", "/metrics/dashboard.json"} {
			status, header, body := send(t, "GET", url+path, tt.bearer, "")
			if status != tt.status || (status == http.StatusUnauthorized) != (header.Get("WWW-Authenticate") == "Bearer") {
				t.Errorf("%s: %s is answered by %d, want %d", tt.name, path, status, tt.status)
			}
			if !strings.Contains(body, tt.says) || strings.Contains(body, own) {
				t.Errorf("%s: %s says %.300s, want %q", tt.name, path, body, tt.says)
			}
		}
		if status, _, _ := send(t, "GET", url+"/healthz", "", ""); status != http.StatusOK {
			t.Errorf("%s: /healthz is answered by %d", tt.name, status)
		}
	}
}

func TestPublish_SaysWhatAnArticleIsLeftWithout(t *testing.T) {
	leaves := func([]byte) (bot.Article, []web.Fault) {
		return bot.Article{Title: "One"}, []web.Fault{{Field: "image", Detail: "is too long", LeftOut: true}}
	}
	store := &recordingStore{}
	url, _ := serve(t, web.Config{Store: store, Tokens: anySource(), Decode: leaves})
	status, _, body := send(t, "POST", url+"/api/articles", "Bearer "+token, `[{},{}]`)
	want := `"warnings":[{"pointer":"/0/image","detail":"is too long"},{"pointer":"/1/image","detail":"is too long"}]`
	if status != http.StatusAccepted || !strings.Contains(body, want) || len(store.stored()) != 1 {
		t.Errorf("answered by %d %s, want 202 with %s", status, body, want)
	}
}
