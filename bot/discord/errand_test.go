package discord

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

func TestForum_RenamesAPostWithinTheLimit(t *testing.T) {
	t.Parallel()
	w := newForumWorld(t, sandboxdiscord.Config{}, sandboxdiscord.ForumRules{})
	first := w.send(t, article("one"))
	for _, title := range []string{"two", "three", "four", "five"} {
		w.edit(t, first, article(title))
	}
	name := func() string { post, _ := w.Thread(first.Chat); return post.Name }
	if got := w.read(first.Chat); name() != "three" || got[0] != "five" {
		t.Errorf("it is called %q and begins with %q, want two new names and all edits", name(), got[0])
	}
	if _, ok, _, _ := w.adapter.errands.take(); ok {
		t.Error("the rest doesn't wait for Discord's limit")
	}
	w.clock.advance(10 * time.Minute)
	w.run(t, help())
	eventually(t, "it has its last name", func() bool { return name() == "five" })
	renames := 0
	for _, r := range w.Requests() {
		if r.Method == http.MethodPatch && strings.HasSuffix(r.Path, "/channels/"+first.Chat) {
			renames++
		}
	}
	if renames > 4 {
		t.Errorf("it tried %d times", renames)
	}
}

// A name that had to wait is older than one that need not.
func TestForum_NamesAPostAsItsAlertReadsNow(t *testing.T) {
	t.Parallel()
	w := newForumWorld(t, sandboxdiscord.Config{}, sandboxdiscord.ForumRules{})
	first := w.send(t, article("one"))
	for _, title := range []string{"two", "three", "four"} {
		w.edit(t, first, article(title))
	}
	w.clock.advance(10 * time.Minute)
	w.edit(t, first, article("five"))
	w.run(t, help())
	eventually(t, "nothing is left to do", func() bool { return !w.adapter.errands.has(first.Chat) })
	if post, _ := w.Thread(first.Chat); post.Name != "five" {
		t.Errorf("it is called %q, want five", post.Name)
	}
}

func TestAnnouncements_ArePublishedAsFarAsDiscordAllows(t *testing.T) {
	t.Parallel()
	w := newForumWorld(t, sandboxdiscord.Config{}, sandboxdiscord.ForumRules{})
	news := w.AddChannelOf(w.guild, "announcements", sandboxdiscord.Announcement)
	h := help()
	w.run(t, h)
	eventually(t, "the channel is known", func() bool { c, _ := w.adapter.guilds.channel(w.guild, news); return c.Type == announcementChannel })
	to := bot.Target{Platform: Platform, Space: w.guild, Chat: news}
	for i := range 12 {
		if _, err := w.adapter.Send(within(t), to, article(fmt.Sprint("Storm ", i))); err != nil {
			t.Fatalf("alert %d: %v", i, err)
		}
		w.clock.advance(5 * time.Minute)
		eventually(t, "its errand is done", func() bool {
			w.adapter.errands.mu.Lock()
			defer w.adapter.errands.mu.Unlock()
			return len(w.adapter.errands.list)+len(w.adapter.errands.busy) == 0
		})
	}
	published := func() (n int) {
		for _, m := range w.Messages(news) {
			if m.Crossposted() {
				n++
			}
		}
		return n
	}
	if got := published(); got != 10 || len(w.Messages(news)) != 12 {
		t.Errorf("%d of %d are published, want 10 of 12", got, len(w.Messages(news)))
	}
	if n := w.Counters().RateLimited; n > 1 {
		t.Errorf("Discord had to refuse %d times, want one", n)
	}
	list, err := w.adapter.unpublished.recent(within(t), w.state, news)
	if err != nil || len(list) != 2 {
		t.Errorf("%d are on record as unpublished, %v, want 2", len(list), err)
	}
	w.clock.advance(time.Hour)
	if _, err := w.adapter.Send(within(t), to, article("Calm")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the next is published", func() bool { return published() == 11 })
	w.clock.advance(unpublishedFor)
	if list, _ := w.adapter.unpublished.recent(within(t), w.state, news); len(list) != 0 {
		t.Errorf("a day later %d are told of", len(list))
	}
}

// A process that is killed leaves its errands to the one that sends next: adapters that never ran have done nothing about them.
func TestErrand_OfAKilledProcessIsDoneByTheNextThatSends(t *testing.T) {
	t.Parallel()
	w := newForumWorld(t, sandboxdiscord.Config{}, sandboxdiscord.ForumRules{})
	news := w.AddChannelOf(w.guild, "announcements", sandboxdiscord.Announcement)
	if _, err := w.adapter.ask(within(t), news); err != nil {
		t.Fatal(err)
	}
	storm, err := w.adapter.Send(within(t), bot.Target{Platform: Platform, Space: w.guild, Chat: news}, article("Storm"))
	if err != nil {
		t.Fatal(err)
	}
	first := w.send(t, article("one"))
	for _, title := range []string{"two", "three", "four", "five"} { // beyond what Discord allows
		w.edit(t, first, article(title))
	}
	name := func() string { post, _ := w.Thread(first.Chat); return post.Name }
	published := func() bool { return w.Messages(news)[0].Crossposted() }
	if name() != "three" || published() {
		t.Fatalf("the post is called %q, published %t: %v", name(), published(), storm)
	}
	w.clock.advance(10 * time.Minute)
	next := w.newAdapter(t, testToken, w.url)
	next.rest.limits.now, next.errands.now = w.clock.Now, w.clock.Now
	w.adapter = next
	stop := w.run(t, help())
	if next.errands.has(news) {
		t.Error("a process that doesn't send has taken up an errand")
	}
	next.Succeed(within(t))
	next.Succeed(within(t)) // its term has ended, and another begun
	eventually(t, "the message is published, and the post has its name", func() bool { return published() && name() == "five" })
	if err := stop(); err != nil {
		t.Error(err)
	}
	if list, err := next.errandRecord.all(within(t), w.state); err != nil || len(list) > 0 {
		t.Errorf("on record there still is %+v, %v", list, err)
	}
}

func TestErrand_IsTriedAgainOnlyIfThatHelps(t *testing.T) {
	now := time.Now()
	publish, name := errand{channel: "1", message: "2"}, errand{channel: "1", name: "x"}
	worn := errand{channel: "1", message: "2", tries: errandTries - 1}
	for what, tt := range map[string]struct {
		e     errand
		err   error
		again bool
		due   time.Duration
	}{
		"done":                   {publish, nil, false, 0},
		"over the hour's limit":  {publish, &limitError{After: time.Minute}, false, 0},
		"a limit of the bot":     {publish, &limitError{After: time.Minute, Global: true}, true, time.Minute},
		"a name has time":        {name, &limitError{After: 9 * time.Minute}, true, 9 * time.Minute},
		"a name has not all day": {name, &limitError{After: 2 * time.Hour}, false, 0},
		"refused":                {publish, &apiError{Status: 403, Code: 50013}, false, 0},
		"an outage":              {publish, &apiError{Status: 500}, true, 0},
		"a long outage":          {worn, &apiError{Status: 500}, false, 0},
	} {
		later, again := tt.e.after(tt.err, now)
		if again != tt.again || tt.due > 0 && later.due.Sub(now) != tt.due {
			t.Errorf("%s: again %t at %v", what, again, later.due.Sub(now))
		}
	}
}

func TestAnnouncement_IsPublishedOnceWhateverDiscordAnswers(t *testing.T) {
	t.Parallel()
	w := newForumWorld(t, sandboxdiscord.Config{Unlimited: true}, sandboxdiscord.ForumRules{})
	news := w.AddChannelOf(w.guild, "announcements", sandboxdiscord.Announcement)
	m, err := w.adapter.postMessage(within(t), bot.Target{Platform: Platform, Space: w.guild, Chat: news}, article("Storm"))
	if err != nil {
		t.Fatal(err)
	}
	e := errand{channel: news, message: m.MessageID}
	for range 2 {
		if err := w.adapter.do(within(t), &e); err != nil {
			t.Errorf("publishing what is published fails with %v", err)
		}
	}
	e.channel, e.message = w.channel, w.Say(w.member, w.channel, "x")
	if err := w.adapter.do(within(t), &e); err != nil {
		t.Errorf("publishing in an ordinary channel fails with %v", err)
	}
	if n := len(w.Messages(news)); n != 1 {
		t.Errorf("there are %d messages", n)
	}
}

func TestChannel_IsKnownToAllProcessesOnceSomebodyUsesACommandThere(t *testing.T) {
	t.Parallel()
	w := newForumWorld(t, sandboxdiscord.Config{Unlimited: true}, sandboxdiscord.ForumRules{})
	news := w.AddChannelOf(w.guild, "announcements", sandboxdiscord.Announcement)
	to := bot.Target{Platform: Platform, Space: w.guild, Chat: news}
	other := w.newAdapter(t, testToken, w.url) // has no gateway either
	w.adapter.meet(within(t), &wireChannel{ID: news, GuildID: w.guild, Type: announcementChannel})
	if c, known := other.channelOf(within(t), to); c.Type != announcementChannel || !known {
		t.Errorf("to another process it is %+v, %t", c, known)
	}
	w.adapter.meet(within(t), &wireChannel{ID: news, GuildID: w.guild, Type: textChannel})
	w.clock.advance(kindLife)
	if c, _ := w.adapter.channelOf(within(t), to); c.isSpecial() {
		t.Errorf("once it is an ordinary channel, it is %+v", c)
	}
	if err := other.remember(within(t), &wireChannel{ID: news, GuildID: w.guild, Type: forumChannel}); err != nil { // which is wrong
		t.Fatal(err)
	}
	if _, err := other.Send(within(t), to, article("Storm")); err != nil {
		t.Fatal(err)
	}
	if n := len(w.Messages(news)); n != 1 {
		t.Errorf("there are %d messages", n)
	}
	if c, _ := other.channelOf(within(t), to); c.Type != announcementChannel {
		t.Errorf("after a post it is known as %+v", c)
	}
}
