package demo_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFeed_CarriesCorrectionsAndWithdrawals(t *testing.T) {
	d := newDemo(t)
	srv := httptest.NewServer(d.Page())
	t.Cleanup(srv.Close)
	act := func(name string, want int) string {
		t.Helper()
		status, body := request(t, http.MethodPost, srv.URL+"/demo/"+name, "{}")
		if status != want {
			t.Fatalf("%s: got %d %s, want %d", name, status, body, want)
		}
		return body
	}
	act("correct", http.StatusUnprocessableEntity)
	act("withdraw", http.StatusUnprocessableEntity)
	before := readFeed(t, d)
	channel := dig(openStream(t, srv.URL).next("snapshot"), "discord", "channels", 0, "id")
	post := fmt.Sprintf("%s/api/v10/channels/%s/messages", d.DiscordURL(), channel)
	alert := fmt.Sprintf(`{"embeds":[{"title":"News","url":%q}]}`, before[2].Link)
	if status, body := request(t, http.MethodPost, post, alert, "Authorization: Bot "+d.DiscordToken()); status != http.StatusOK {
		t.Fatalf("create message: got %d %s", status, body)
	}
	header, _ := get(t, d.FeedURL())
	act("correct", http.StatusOK)
	corrected := readFeed(t, d)
	if got := corrected[2]; got.GUID != before[2].GUID || got.Title == before[2].Title || got.Dek == before[2].Dek {
		t.Errorf("after the correction the story is %+v", got)
	}
	if now, _ := get(t, d.FeedURL()); now.Get("ETag") == header.Get("ETag") {
		t.Error("the feed counts as the same after a correction")
	}
	act("correct", http.StatusOK)
	if diff := cmp.Diff(corrected, readFeed(t, d)); diff != "" {
		t.Errorf("a second correction changed (-want +got):\n%s", diff)
	}
	act("withdraw", http.StatusOK)
	_, feed := get(t, d.FeedURL())
	if len(readFeed(t, d)) != len(before)-1 || !strings.Contains(feed, `<at:deleted-entry ref="`+before[2].GUID+`"`) {
		t.Errorf("after the withdrawal the feed is %s", feed)
	}
	act("withdraw", http.StatusUnprocessableEntity)
}
