package web_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/internal/web"
)

func TestPublish_TakesOneArticleOrAList(t *testing.T) {
	store := &shelf{}
	url, _ := serve(t, web.Config{Store: store, PublishToken: token, Decode: decode})
	for _, tt := range []struct {
		name, body string
		want       []bot.Article
	}{
		{"one", `{"title":"One"}`, []bot.Article{{Title: "One", Source: "api"}}},
		{"one of a source", `{"title":"One","source":"wire"}`, []bot.Article{{Title: "One", Source: "wire"}}},
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
		var counts map[string]int
		want := map[string]int{"added": len(tt.want), "revised": 0, "unchanged": 0}
		if err := json.Unmarshal([]byte(body), &counts); err != nil || !cmp.Equal(counts, want) {
			t.Errorf("%s: the answer is %s (%v), want %v", tt.name, body, err, want)
		}
	}
}

func TestPublish_RefusesAnyoneWithoutTheToken(t *testing.T) {
	store := &shelf{}
	url, _ := serve(t, web.Config{Store: store, PublishToken: token, Decode: decode})
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

func TestPublish_SaysWhatIsWrongAndStoresNothing(t *testing.T) {
	store := &shelf{}
	url, _ := serve(t, web.Config{Store: store, PublishToken: token, Decode: decode})
	for _, tt := range []struct {
		name, body string
		status     int
		detail     string
	}{
		{"too large", `{"title":"` + strings.Repeat("x", 300<<10) + `"}`, http.StatusRequestEntityTooLarge, "262144 bytes"},
		{"not JSON", `title: One`, http.StatusBadRequest, "article 1: broken JSON"},
		{"broken list", `[{"title":"One"},`, http.StatusBadRequest, "not a JSON list"},
		{"empty list", ` [] `, http.StatusBadRequest, "no article"},
		{"empty", ``, http.StatusBadRequest, "no article"},
		{"faulty field", `[{"title":"One"},{"title":"Two","status":"odd"}]`, http.StatusBadRequest, "article 2: status: may be"},
		{"no title", `[{"title":"One"},{"source":"wire"}]`, http.StatusBadRequest, "article 2: article has no title"},
	} {
		status, header, body := send(t, "POST", url+"/api/articles", "Bearer "+token, tt.body)
		var problem struct {
			Title, Detail string
			Status        int
		}
		if err := json.Unmarshal([]byte(body), &problem); err != nil || header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: the answer is no problem: %s", tt.name, body)
		}
		if status != tt.status || problem.Status != status || problem.Title == "" || !strings.Contains(problem.Detail, tt.detail) {
			t.Errorf("%s: answered by %d %s, want %d with %q", tt.name, status, body, tt.status, tt.detail)
		}
	}
	if n := len(store.stored()); n != 0 {
		t.Errorf("%d calls reached the store", n)
	}
}

func TestPublish_HidesWhyTheStoreFails(t *testing.T) {
	url, _ := serve(t, web.Config{Store: &shelf{err: errors.New("disk on fire")}, PublishToken: token, Decode: decode})
	status, _, body := send(t, "POST", url+"/api/articles", "Bearer "+token, `{"title":"One"}`)
	if status != http.StatusInternalServerError || strings.Contains(body, "fire") {
		t.Errorf("answered by %d %s, want 500 without what is inside", status, body)
	}
}
