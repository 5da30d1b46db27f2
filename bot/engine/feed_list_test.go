package engine_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"

	"tidings/bot"
	"tidings/bot/answer"
)

// hosts serve feeds: those called dead answer nothing, those called many have pages with several feeds.
type hosts struct {
	mu    sync.Mutex
	asked map[string]int // by host, at this moment
	total int
	rude  bool // a host was asked for two at once
}

func (s *hosts) Check(_ context.Context, address string) (bot.FeedCheck, error) {
	u, err := url.Parse(address)
	if err != nil {
		return bot.FeedCheck{}, err
	}
	s.note(u.Host, 1)
	defer s.note(u.Host, -1)
	for range 100 { // others get their turn
		runtime.Gosched()
	}
	switch host, _, _ := strings.Cut(u.Host, "."); host {
	case "dead":
		return bot.FeedCheck{}, errors.New("the server doesn't answer")
	case "many":
		return bot.FeedCheck{Found: []bot.FeedLink{{URL: address + "/1"}, {URL: address + "/2"}}}, nil
	}
	return bot.FeedCheck{URL: address, Title: "Wire " + strings.Trim(u.Path, "/")}, nil
}

func (s *hosts) note(host string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asked == nil {
		s.asked = map[string]int{}
	}
	s.asked[host] += n
	s.total += max(n, 0)
	s.rude = s.rude || s.asked[host] > 1
}

// readLines reads a list of feeds with an address on each line.
func readLines(content []byte) ([]bot.FeedLink, bool) {
	var list []bot.FeedLink
	for line := range strings.Lines(string(content)) {
		list = append(list, bot.FeedLink{URL: strings.TrimSpace(line)})
	}
	return list, strings.HasPrefix(string(content), "http")
}

// hand has somebody hand in a list of feeds.
func (w *walled) hand(where bot.Target, who string, addresses ...string) string {
	inv := bot.Invocation{Target: where, User: bot.User{ID: who, Name: who}, Manager: manager, Command: "import"}
	inv.File = func(context.Context) (bot.File, error) {
		return bot.File{Name: "feeds.opml", Content: []byte(strings.Join(addresses, "\n"))}, nil
	}
	return show(w.handler.Invoke(w.Context(), inv))
}

func TestImport_FollowsAListOfFeeds(t *testing.T) {
	t.Parallel()
	site := &hosts{}
	w := newWalled(t, databases(t)["sqlite"](), answer.Following{Feeds: site, ReadList: readLines, PerPlace: 4})
	w.furnish()
	list := []string{
		"https://gazette.example/feed", "https://a.example/one", "https://dead.example/x?key=" + secret, "https://many.example/y", "https://a.example/two",
		"https://a.example/three",
	}
	want := `Following 3 feeds from now on, and posting their new articles here: The Gazette, Wire one, Wire two.
Only this chat and those beside it know of the new ones.

Not followed:
• dead.example/x: the server doesn't answer.
• many.example/y: that is a page with several feeds; /subscribe with its address lets you choose

Left out: 1 feed. I look at 50 at once, and at no more than this chat may follow. Take what couldn't be followed out of the file, and send it again.

To filter or end one of them: ` + "`/subscriptions`"
	if got := w.hand(owners(), "manager", list...); got != want {
		t.Errorf("the answer is\n%s\nwant\n%s", got, want)
	}
	want = `Following 1 feed from now on, and posting its new articles here: Wire three.
Only this chat and those beside it know of the new ones.
This chat already got 3 feeds of the list.`
	if got := w.hand(owners(), "manager", list[0], list[1], list[4], list[5]); !strings.HasPrefix(got, want) {
		t.Errorf("for the rest the answer is\n%s\nwant\n%s", got, want)
	}
	if got := w.hand(owners(), "manager", "https://b.example/five", "https://b.example/six"); !strings.HasPrefix(got, "Following 1 feed ") ||
		!strings.Contains(got, "Left out: 1 feed.") {
		t.Errorf("for the last that the place may follow the answer is\n%s", got)
	}
	if got := w.hand(owners(), "manager", "https://b.example/seven"); !strings.Contains(got, "• b.example/seven: This place follows 4 feeds, and more aren't possible.") {
		t.Errorf("for one too many the answer is\n%s", got)
	}
	subs, err := w.store.SubscriptionsOf(t.Context(), owners())
	w.must(err)
	if len(subs) != 5 || subs[1].Filter != "source:wire-one" {
		t.Errorf("subscriptions %v, want 5", subs)
	}
	known, err := w.store.SourcesIn(t.Context(), others().Place())
	w.must(err)
	if len(known) != 1 {
		t.Errorf("another place knows %v, want the gazette alone", known)
	}
}

func TestImport_LooksAtFiftyFeedsOfAListAndAtEachHostInTurn(t *testing.T) {
	t.Parallel()
	site := &hosts{}
	w := newWalled(t, databases(t)["sqlite"](), answer.Following{Feeds: site, ReadList: readLines, PerPlace: 100})
	var list []string
	for n := range 60 {
		list = append(list, fmt.Sprintf("https://dead.h%d.example/%d", n%3, n))
	}
	got := w.hand(owners(), "manager", list...)
	if site.total != 50 || site.rude || !strings.Contains(got, "Left out: 10 feeds.") || !strings.Contains(got, "dead.h1.example/4 and 45 more: the server") {
		t.Errorf("%d feeds were looked at, two of a host at once: %t, and the answer is\n%s", site.total, site.rude, got)
	}
}

func TestImport_OfFeedsIsForThoseWhoMayFollowThem(t *testing.T) {
	t.Parallel()
	list := []string{"https://gazette.example/feed", "https://a.example/one", "https://a.example/two"}
	w := newWalled(t, databases(t)["sqlite"](), answer.Following{ReadList: readLines})
	w.furnish()
	want := "• a.example/one, a.example/two: only the bot's operators can add feeds"
	if got := w.hand(owners(), "manager", list...); !strings.HasPrefix(got, "Following 1 feed ") || !strings.Contains(got, want) {
		t.Errorf("where only operators follow feeds, the answer is\n%s", got)
	}
	w = newWalled(t, databases(t)["sqlite"](), answer.Following{Feeds: &hosts{}, AskOperators: true, ReadList: readLines})
	if got := w.hand(owners(), "manager", list[1:]...); got != "The bot's operators decide about new feeds. I asked them about 2 feeds, and will say here what they decided." {
		t.Errorf("where operators decide, the answer is\n%s", got)
	}
	sent := w.paper.Sent()
	if len(sent) != 2 {
		t.Fatalf("operators are asked %d times, want 2", len(sent))
	}
	w.press(bot.Target{Platform: "paper", Chat: "op"}, "op", sent[1].Message.Buttons[0][0])
	subs, err := w.store.SubscriptionsOf(t.Context(), owners())
	w.must(err)
	if len(subs) != 1 || subs[0].Filter != "source:wire-two" {
		t.Errorf("once an operator approved one, the subscriptions are %v", subs)
	}
}
