package engine_test

import (
	"context"
	"strings"
	"testing"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/bot/bottest"
)

func TestFollow_SubscribesToAnAddressInOneStep(t *testing.T) {
	t.Parallel()
	w := newWalled(t, databases(t)["sqlite"](), answer.Following{Feeds: kestrel{}})
	w.furnish()
	got := show(w.say(owners(), "manager", "/subscribe https://kestrel.example/feed uranium"))
	for _, want := range []string{"Following **Kestrel Wire** (kestrel-wire, 2 articles)", "Latest: _Uranium ledger found_", "Subscribed (1): new articles matching `source:kestrel-wire uranium`"} {
		if !strings.Contains(got, want) {
			t.Errorf("the answer lacks %q:\n%s", want, got)
		}
	}
	got = show(w.say(owners(), "manager", "/add https://kestrel.example/feed"))
	if strings.Contains(got, "Following") || !strings.Contains(got, "source:kestrel-wire") {
		t.Errorf("a feed that is followed:\n%s", got)
	}
	got = show(w.say(owners(), "manager", "/subscribe gazette.example"))
	if strings.Contains(got, "Following") || !strings.Contains(got, "source:gazette") {
		t.Errorf("a site that is followed:\n%s", got)
	}
	if got = show(w.say(others(), "reader", "/subscribe https://kestrel.example/feed")); !strings.Contains(got, "Only people who manage this chat") {
		t.Errorf("a reader:\n%s", got)
	}
	w.say(others(), "op", "/sources add https://falcon.example/feed")
	list, err := w.store.SourcesIn(t.Context(), "")
	w.must(err)
	if len(list) != 2 || list[1].URL != "https://falcon.example/feed" {
		t.Errorf("public sources %+v, want what the operator added among them", list)
	}
}

func TestFollow_KeepsToTheLimits(t *testing.T) {
	t.Parallel()
	w := newWalled(t, databases(t)["sqlite"](), answer.Following{Feeds: kestrel{}, PerPlace: 2, PerPerson: 1, Most: 4, PerHost: 2})
	add := func(where bot.Target, url string) string {
		return show(w.say(where, "manager", "/sources add "+url))
	}
	if got := add(owners(), "https://a.example/1") + add(owners(), "https://a.example/2"); strings.Count(got, "Following") != 2 {
		t.Errorf("within the limits:\n%s", got)
	}
	if got := add(owners(), "https://b.example/1"); !strings.Contains(got, "This place follows 2 feeds, and more aren't possible. /sources lists them") {
		t.Errorf("a third of the place:\n%s", got)
	}
	const full = "This bot can't take that feed at the moment. Its operators can add it."
	if got := add(others(), "https://www.a.example/3"); got != full {
		t.Errorf("a third of the host:\n%s", got)
	}
	if got := add(others(), "https://a.example/1") + add(others(), "https://c.example/1"); strings.Count(got, "Following") != 2 {
		t.Errorf("an address that is fetched anyway, and another host:\n%s", got)
	}
	third := bot.Target{Platform: "paper", Space: "s3", Chat: "third"}
	if got := add(third, "https://d.example/1"); got != full {
		t.Errorf("a fifth in all:\n%s", got)
	}
	if got := show(w.say(third, "op", "/sources add https://d.example/1")); !strings.Contains(got, "Following") {
		t.Errorf("an operator:\n%s", got)
	}
}

func TestFollow_ManagersKeepTheirOwnFeedsAlone(t *testing.T) {
	t.Parallel()
	w := newWalled(t, databases(t)["sqlite"](), answer.Following{Feeds: kestrel{}})
	w.furnish()
	if got := show(w.say(owners(), "manager", "/sources remove gazette")); !strings.Contains(got, "only the bot's operators") {
		t.Errorf("a public source:\n%s", got)
	}
	w.say(owners(), "manager", "/sources add https://kestrel.example/feed")
	if got := show(w.say(owners(), "manager", "/sources share kestrel-wire")); !strings.Contains(got, "Only the bot's operators") {
		t.Errorf("a manager shares:\n%s", got)
	}
	if got := show(w.say(owners(), "op", "/sources share kestrel-wire")); !strings.Contains(got, "kestrel-wire is public") {
		t.Errorf("an operator shares:\n%s", got)
	}
	if got := show(w.say(others(), "reader", "/sources")); !strings.Contains(got, "kestrel-wire") {
		t.Errorf("others, once it is shared:\n%s", got)
	}
	if got := show(w.say(owners(), "manager", "/sources unshare kestrel-wire")); !strings.Contains(got, "Only the bot's operators") {
		t.Errorf("a manager unshares:\n%s", got)
	}
	if got := show(w.say(owners(), "op", "/sources unshare kestrel-wire")); !strings.Contains(got, "kestrel-wire is for this place alone") {
		t.Errorf("an operator unshares:\n%s", got)
	}
	if got := show(w.say(owners(), "op", "/sources unshare kestrel-wire")); !strings.Contains(got, "alone already") {
		t.Errorf("an operator unshares once more:\n%s", got)
	}
	if got := show(w.say(others(), "reader", "/sources")); strings.Contains(got, "kestrel-wire") {
		t.Errorf("others, once it is unshared:\n%s", got)
	}
	w.say(owners(), "manager", "/sources add https://falcon.example/feed")
	if got := show(w.say(owners(), "manager", "/sources remove kestrel-wire-2")); !strings.Contains(got, "No longer following kestrel-wire-2") {
		t.Errorf("a manager removes their own:\n%s", got)
	}
}

// linked is a platform where the bot can write to people.
type linked struct{ *bottest.Recorder }

func (linked) MessageLink(bot.Target, bot.Receipt) string { return "" }

func (linked) Direct(_ context.Context, user string) (bot.Target, error) {
	return bot.Target{Platform: "paper", Chat: user}, nil
}

func TestFollow_OperatorsDecideWhereTheyWantTo(t *testing.T) {
	t.Parallel()
	w := newWalled(t, databases(t)["sqlite"](), answer.Following{Feeds: kestrel{}, AskOperators: true})
	ask := func(url string) bot.Message {
		t.Helper()
		got := show(w.say(owners(), "manager", "/subscribe "+url+" uranium"))
		if !strings.Contains(got, "The bot's operators decide about new feeds. I asked them") {
			t.Fatalf("the manager is told:\n%s", got)
		}
		sent := w.paper.Sent()
		last := sent[len(sent)-1]
		if last.To.Chat != "op" || !strings.Contains(show(last.Message), "manager asks to follow a feed in paper:owners: **Kestrel Wire** at "+strings.TrimPrefix(url, "https://")) {
			t.Fatalf("%s is asked:\n%s", last.To, show(last.Message))
		}
		return last.Message
	}
	decided := func() string {
		sent := w.paper.Sent()
		return sent[len(sent)-1].To.Chat + ": " + show(sent[len(sent)-1].Message)
	}
	direct := bot.Target{Platform: "paper", Chat: "op"}
	question := ask("https://kestrel.example/feed")
	if got := show(w.press(owners(), "manager", question.Buttons[0][0])); !strings.Contains(got, "Only the bot's operators") {
		t.Errorf("a manager approves:\n%s", got)
	}
	w.press(direct, "op", question.Buttons[0][0])
	if got := decided(); !strings.Contains(got, "owners: The bot's operators approved **Kestrel Wire**: new articles matching `source:kestrel-wire uranium`") {
		t.Errorf("told: %s", got)
	}
	for place, want := range map[bot.Place]int{owners().Place(): 1, others().Place(): 0, direct.Place(): 0} {
		list, err := w.store.SourcesIn(t.Context(), place)
		w.must(err)
		if len(list) != want {
			t.Errorf("%s knows %v, want %d sources", place, list, want)
		}
	}
	w.press(direct, "op", ask("https://falcon.example/feed").Buttons[0][1])
	if got := decided(); !strings.Contains(got, "owners: The bot's operators declined to follow Kestrel Wire.") {
		t.Errorf("told: %s", got)
	}
}

// askedFor wants a feed with preferences of its own, and returns the answer.
func (w *walled) askedFor(address string) bot.Message {
	return w.handler.Invoke(w.Context(), bot.Invocation{
		Target: owners(), User: bot.User{ID: "manager", Name: "manager"}, Manager: manager,
		MayMention: func(context.Context, bot.Mention) error { return nil },
		Command:    "subscribe", Line: address + " when:\"daily 08:00\" sound:off mention:me uranium",
	})
}

// wantAsAsked fails unless there is one subscription, with those preferences.
func (w *walled) wantAsAsked() {
	w.Helper()
	subs, err := w.store.SubscriptionsOf(w.Context(), owners())
	w.must(err)
	if len(subs) != 1 || subs[0].Preferences.When != "daily 08:00" || !subs[0].Preferences.Silent || len(subs[0].Preferences.Mentions) != 1 || subs[0].Preferences.Mentions[0].ID != "manager" {
		w.Errorf("subscriptions %+v", subs)
	}
}

func TestFollow_AnApprovedFeedComesAsAsked(t *testing.T) {
	t.Parallel()
	w := newWalled(t, databases(t)["sqlite"](), answer.Following{Feeds: kestrel{}, AskOperators: true})
	w.askedFor("https://kestrel.example/feed")
	sent := w.paper.Sent()
	w.press(bot.Target{Platform: "paper", Chat: "op"}, "op", sent[len(sent)-1].Message.Buttons[0][0])
	w.wantAsAsked()
	sent = w.paper.Sent()
	if got := show(sent[len(sent)-1].Message); !strings.Contains(got, "will be posted here.\ndigest daily 08:00 · silent · mentions @manager\nTimes are ") {
		t.Errorf("told:\n%s", got)
	}
}

func TestFollow_AFeedChosenOnAPageComesAsAsked(t *testing.T) {
	t.Parallel()
	w := newWalled(t, databases(t)["sqlite"](), answer.Following{Feeds: prober{}})
	choice := w.askedFor("https://choice.example")
	inv := bot.Invocation{Target: owners(), User: bot.User{ID: "another"}, Manager: manager, Data: choice.Buttons[0][0].Data}
	inv.MayMention = func(context.Context, bot.Mention) error { return nil }
	w.handler.Invoke(t.Context(), inv)
	w.wantAsAsked()
}
