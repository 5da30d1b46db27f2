package web_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/internal/web"
)

func TestPublish_AcceptsOneArticleOrAList(t *testing.T) {
	store := &recordingStore{}
	url, _ := serve(t, web.Config{Store: store, Tokens: anySource(), Decode: decode})
	for _, tt := range []struct {
		name, body string
		want       []bot.Article
	}{
		{"one", `{"title":"One"}`, []bot.Article{{Title: "One", Source: "api"}}},
		{"one of a source", `{"title":"One","source":"wire"}`, []bot.Article{{Title: "One", Source: "wire"}}},
		{"one behind a byte order mark", "\ufeff{\"title\":\"One\"}\n", []bot.Article{{Title: "One", Source: "api"}}},
		{
			"a list", ` [{"title":"One"}, {"title":"Two","status":"withdrawn"}]`,
			[]bot.Article{{Title: "One", Source: "api"}, {Title: "Two", Source: "api", Status: bot.Withdrawn}},
		},
	} {
		before := len(store.stored())
		status, _, body := send(t, "POST", url+"/api/articles", "Bearer "+token, tt.body)
		if status != http.StatusAccepted {
			t.Errorf("%s: answered by %d %s", tt.name, status, body)
			continue
		}
		puts := store.stored()[before:]
		if len(puts) != 1 {
			t.Errorf("%s: stored in %d calls, want all in one", tt.name, len(puts))
			continue
		}
		if diff := cmp.Diff(tt.want, puts[0]); diff != "" {
			t.Errorf("%s: stored (-want +got):\n%s", tt.name, diff)
		}
		want := `{"added":1,"revised":0,"unchanged":0,"articles":[{"id":7,"outcome":"added"}]}`
		if len(tt.want) == 2 {
			want = `{"added":2,"revised":0,"unchanged":0,"articles":[{"id":7,"outcome":"added"},{"id":8,"outcome":"added"}]}`
		}
		if strings.TrimSpace(body) != want {
			t.Errorf("%s: the answer is %s, want %s", tt.name, body, want)
		}
	}
}

func TestPublish_RejectsRequestsWithoutTheToken(t *testing.T) {
	store := &recordingStore{}
	url, _ := serve(t, web.Config{Store: store, Tokens: anySource(), Decode: decode})
	for _, bearer := range []string{
		"", "Bearer", "Bearer ", "Bearer wrong", "Bearer " + token + "x", "Bearer " + token[1:], "Basic " + token, token,
	} {
		status, header, body := send(t, "POST", url+"/api/articles", bearer, `{"title":"One"}`)
		if status != http.StatusUnauthorized || header.Get("WWW-Authenticate") != "Bearer" || strings.Contains(body, token) {
			t.Errorf("%q is answered by %d %s", bearer, status, body)
		}
	}
	if n := len(store.stored()); n != 0 {
		t.Errorf("%d calls reached the store", n)
	}
	if status, _, _ := send(t, "POST", url+"/api/articles", "bearer "+token, `{"title":"One"}`); status != http.StatusAccepted {
		t.Errorf("the scheme in small letters is answered by %d", status)
	}
}

// problem is RFC 9457's, as the API answers.
type problem struct {
	Title, Detail string
	Status        int
	Errors        []struct{ Pointer, Detail string }
}

// problemOf reads an answer that refuses.
func problemOf(t *testing.T, status int, header http.Header, body string) problem {
	t.Helper()
	var p problem
	if err := json.Unmarshal([]byte(body), &p); err != nil || header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("the answer is no problem: %s", body)
	}
	if p.Status != status || p.Title == "" {
		t.Errorf("the problem %+v is answered by %d", p, status)
	}
	return p
}

func TestPublish_SaysWhatIsWrongAndStoresNothing(t *testing.T) {
	store := &recordingStore{}
	url, _ := serve(t, web.Config{Store: store, Tokens: anySource(), Decode: decode})
	for _, tt := range []struct {
		name, body string
		status     int
		detail     string
		pointers   []string
	}{
		{"too large", `{"title":"` + strings.Repeat("x", 300<<10) + `"}`, http.StatusRequestEntityTooLarge, "262144 bytes", nil},
		{"not JSON", `title: One`, http.StatusBadRequest, "broken JSON", []string{""}},
		{"broken list", `[{"title":"One"},`, http.StatusBadRequest, "a JSON list", nil},
		{"empty list", ` [] `, http.StatusBadRequest, "no article", nil},
		{"empty", ``, http.StatusBadRequest, "no article", nil},
		{"faulty field", `{"title":"Two","status":"odd"}`, http.StatusBadRequest, "/sta~1tus: may be", []string{"/sta~1tus"}},
		{"no title", `[{"title":"One"},{"source":"wire"}]`, http.StatusBadRequest, "/1: article has no title", []string{"/1"}},
		{
			"several", `[{"title":"One","status":"odd"},{"title":"One"},{"title":"Two","status":"odd"}]`,
			http.StatusBadRequest, "(and 1 more)",
			[]string{"/0/sta~1tus", "/2/sta~1tus"},
		},
	} {
		status, header, body := send(t, "POST", url+"/api/articles", "Bearer "+token, tt.body)
		p := problemOf(t, status, header, body)
		if status != tt.status || !strings.Contains(p.Detail, tt.detail) {
			t.Errorf("%s: answered by %d %s, want %d with %q", tt.name, status, body, tt.status, tt.detail)
		}
		var pointers []string
		for _, e := range p.Errors {
			pointers = append(pointers, e.Pointer)
		}
		if !cmp.Equal(pointers, tt.pointers) {
			t.Errorf("%s: errors at %q, want %q", tt.name, pointers, tt.pointers)
		}
	}
	if n := len(store.stored()); n != 0 {
		t.Errorf("%d calls reached the store", n)
	}
}

func TestPublish_AcceptsOnlyJSON(t *testing.T) {
	url, _ := serve(t, web.Config{Store: &recordingStore{}, Tokens: anySource(), Decode: decode})
	for kind, want := range map[string]int{
		"": http.StatusAccepted, "application/json": http.StatusAccepted, "Application/JSON; charset=UTF-8": http.StatusAccepted,
		"application/vnd.article+json": http.StatusAccepted,
		"text/plain":                   http.StatusUnsupportedMediaType, "application/x-www-form-urlencoded": http.StatusUnsupportedMediaType,
		"application/json; charset=latin1": http.StatusUnsupportedMediaType, "nonsense/": http.StatusUnsupportedMediaType,
	} {
		more := http.Header{}
		if kind != "" {
			more.Set("Content-Type", kind)
		}
		if status, _, body := sendWith(t, more, "POST", url+"/api/articles", "Bearer "+token, `{"title":"One"}`); status != want {
			t.Errorf("%q is answered by %d %s, want %d", kind, status, body, want)
		}
	}
}

func TestPublish_HandsTheKeyOnWithTheBodysDigest(t *testing.T) {
	store := &recordingStore{}
	url, _ := serve(t, web.Config{Store: store, Tokens: anySource(), Decode: decode})
	for _, body := range []string{`{"title":"One"}`, `{"title":"One"}`, `{"title":"Two"}`} {
		sendWith(t, http.Header{"Idempotency-Key": {"k"}}, "POST", url+"/api/articles", "Bearer "+token, body)
	}
	if k := store.keys; len(k) != 3 || !strings.HasPrefix(k[0], "k ") || k[0] != k[1] || k[1] == k[2] {
		t.Errorf("keys and digests %q, want one key, and a digest for each body", k)
	}
	for _, key := range []string{strings.Repeat("x", 256), "\u00e9"} {
		status, header, body := sendWith(t, http.Header{"Idempotency-Key": {key}}, "POST", url+"/api/articles", "Bearer "+token, `{}`)
		if problemOf(t, status, header, body); status != http.StatusBadRequest {
			t.Errorf("key %.10q is answered by %d", key, status)
		}
	}
	store.mu.Lock()
	store.err = fmt.Errorf("publish: %w", bot.ErrKeyReused)
	store.mu.Unlock()
	status, header, body := sendWith(t, http.Header{"Idempotency-Key": {"k"}}, "POST", url+"/api/articles", "Bearer "+token, `{"title":"One"}`)
	if p := problemOf(t, status, header, body); status != http.StatusUnprocessableEntity || !strings.Contains(p.Detail, "Idempotency-Key") {
		t.Errorf("a key of another body is answered by %d %s", status, body)
	}
}

func TestPublish_HidesWhyTheStoreFails(t *testing.T) {
	url, _ := serve(t, web.Config{Store: &recordingStore{err: errors.New("disk on fire")}, Tokens: anySource(), Decode: decode})
	status, _, body := send(t, "POST", url+"/api/articles", "Bearer "+token, `{"title":"One"}`)
	if status != http.StatusInternalServerError || strings.Contains(body, "fire") {
		t.Errorf("answered by %d %s, want 500 without what is inside", status, body)
	}
}
