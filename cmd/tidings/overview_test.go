package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

// newsroomTool has a store in which one alert was sent, one was refused and one waits, in three chats.
func newsroomTool(t *testing.T) *sourceTool {
	t.Helper()
	s := newSourceTool(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	subscribe := func(to bot.Target, filter string) int64 {
		t.Helper()
		sub, err := s.db.Subscribe(t.Context(), bot.Subscription{Target: to, Filter: filter, CreatedBy: "80351110224678912"})
		must(err)
		return sub.ID
	}
	subs := []int64{
		subscribe(bot.Target{Platform: "telegram", Chat: "-1001"}, `missile -drill OR "a filter of many words that takes much room on a narrow screen"`),
		subscribe(bot.Target{Platform: "discord", Space: "7", Chat: "42"}, ""),
		subscribe(bot.Target{Platform: "telegram", Chat: "-1001", Thread: "9"}, "sanction*"),
	}
	for i, title := range []string{"Missile test seen off the coast", "A headline that Discord refuses", "Sanctions agreed after a long night of talks in the capital"} {
		_, err := s.db.Put(t.Context(), []bot.Article{{Source: "wire", GUID: title, Title: title, Published: time.Now()}})
		must(err)
		from, err := s.db.Cursor(t.Context())
		must(err)
		entries, err := s.db.EntriesAfter(t.Context(), from, 10)
		must(err)
		last := entries[len(entries)-1]
		_, err = s.db.Enqueue(t.Context(), from, last.Seq, []bot.Match{{Article: last.Article.ID, Subscription: subs[i]}})
		must(err)
	}
	for platform, o := range map[string]bot.Outcome{
		"telegram": {State: bot.Sent, Receipt: bot.Receipt{MessageID: "77"}}, "discord": {State: bot.Rejected, Reason: "the message is too odd"},
	} {
		list, err := s.db.Claim(t.Context(), platform, 1, time.Minute)
		must(err)
		must(s.db.Settle(t.Context(), &list[0], o))
	}
	_, err := s.db.Suspend(t.Context(), bot.Target{Platform: "telegram", Chat: "-1001", Thread: "9"}, bot.Suspension{Reason: "the topic is closed"})
	must(err)
	return s
}

func TestChats_ThoseThatNothingIsSentToComeFirst(t *testing.T) {
	t.Parallel()
	s := newsroomTool(t)
	const want = "" +
		"CHAT              STATE      WAITING  LAST  DETAIL\n" +
		"telegram:-1001/9  suspended        1        the topic is closed, "
	got := s.tidings([]string{"chats"}, "", "COLUMNS=80")
	if !strings.HasPrefix(got, want) || strings.Count(got, "\n") != 4 || !strings.Contains(got, "refused: the message") {
		t.Errorf("got\n%s\nwant it to begin with\n%s", got, want)
	}
	fits(t, got, 80)
	got = s.tidings([]string{"chats", "--suspended", "--json"}, "")
	var chat chatJSON
	if err := json.Unmarshal([]byte(got), &chat); err != nil || chat.Chat != "telegram:-1001/9" || chat.Suspended == "" || chat.Waiting != 1 || chat.State != "suspended" {
		t.Errorf("%v in %s", err, got)
	}
}

func TestSubscriptions_AreListedChatByChat(t *testing.T) {
	t.Parallel()
	s := newsroomTool(t)
	list, err := s.db.Subscriptions(t.Context(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	today := list[0].Created.UTC().Format(time.DateOnly) // or yesterday, at midnight
	want := "" +
		"CHAT              NO  SINCE       BY                 FILTER\n" +
		"discord:42         1  " + today + "  80351110224678912  (every article)\n" +
		"telegram:-1001     1  " + today + "  80351110224678912  missile -drill OR \"a filter of many words that takes much room on a narrow screen\"\n" +
		"telegram:-1001/9   1  " + today + "  80351110224678912  sanction*\n"
	if diff := cmp.Diff(want, s.tidings([]string{"subscriptions"}, "", "COLUMNS=200")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	fits(t, s.tidings([]string{"subscriptions"}, "", "COLUMNS=80"), 80)
	if got := s.tidings([]string{"subscriptions", "--chat", "telegram:-1001/9", "--json"}, ""); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"filter":"sanction*"`) {
		t.Errorf("of one chat: %s", got)
	}
}

func TestDeliveries_SayWhatWasSentWaitsAndWasRefused(t *testing.T) {
	t.Parallel()
	s := newsroomTool(t)
	for _, tt := range []struct {
		args string
		want []string // the states, in order, or what is said
	}{
		{"--sent", []string{"sent"}},
		{"--waiting", []string{"waits"}},
		{"--refused", []string{"refused"}},
		{"--chat discord:42", []string{"refused"}},
		{"--chat telegram:-1001", []string{"sent"}},
		{"--article 3", []string{"waits"}},
		{"--chat telegram:5", []string{"doesn't know the chat telegram:5"}},
		{"--chat nowhere", []string{"isn't a chat; write platform:CHAT"}},
		{"--article 99", []string{`no article "99"`}},
		{"--since soon", []string{"--since must be a day"}},
		{"--sent --chat discord:42", []string{"No such deliveries."}},
	} {
		got := s.tidings(append([]string{"deliveries"}, strings.Fields(tt.args)...), "", "COLUMNS=80")
		fits(t, got, 110)
		rest := got
		for _, want := range tt.want {
			_, after, found := strings.Cut(rest, want)
			if !found {
				t.Errorf("%s: no %q in\n%s", tt.args, want, got)
			}
			rest = after
		}
	}
	all := s.tidings([]string{"deliveries"}, "", "COLUMNS=80")
	fits(t, all, 80)
	if strings.Count(all, "\n") != 4 || !strings.Contains(all, "the message is too odd · A hea") {
		t.Errorf("all:\n%s", all)
	}
	var d deliveryJSON
	if got := s.tidings([]string{"deliveries", "--sent", "--json"}, ""); json.Unmarshal([]byte(got), &d) != nil || d.Message != "77" || d.State != "sent" || d.Source != "wire" {
		t.Errorf("as JSON: %s", got)
	}
}
