package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/internal/sandbox"
	sandboxdiscord "tidings/internal/sandbox/discord"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

// reported is how a source reports a story.
func reported(t *testing.T, source, title string, tags ...string) string {
	t.Helper()
	data, err := json.Marshal(map[string]any{
		"guid": source, "source": source, "title": title, "summary": "What is known of it so far", "tags": tags,
		"url": "https://" + source + ".example/1", "published": time.Now().Format(time.RFC3339),
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(data) + "\n"
}

func TestForum_OnDiscord(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 1, 0, sandboxtelegram.Config{})
	p := w.start("run")
	c := w.converseOnDiscord("forum-discord.txt")
	here := w.channels[0]
	guild := w.discord.GuildOf(here)
	forum := w.discord.AddForum(guild, "news", sandboxdiscord.ForumRules{
		TagRequired: true, Tags: []sandboxdiscord.Tag{{Name: "Staff", Moderated: true}, {Name: "Harbor"}, {Name: "Sea"}},
	})
	w.discord.SetMemberPermissions(forum, w.manager, sandboxdiscord.MemberDefault|manageChannels)
	bob := w.discord.AddUser("bob")
	c.names = map[string]string{here: "#alerts-0", forum: "#news", guild: "the server", "user " + w.manager: "Ann", "user " + bob: "Bob"}
	publish := func(n int, what, article string) {
		t.Helper()
		c.does(what, n, func() error { w.run(article, "publish"); return nil })
	}
	post := func() sandboxdiscord.Thread {
		t.Helper()
		list := w.discord.Posts(forum)
		if len(list) == 0 {
			t.Fatal("there is no post")
		}
		for _, other := range list {
			c.names[other.ID] = "the post “" + strings.Fields(other.Name)[0] + "…”"
		}
		return list[0]
	}
	c.uses(w.manager, here, "subscribe", 1, "filter", "storm", "channel", forum)
	c.uses(w.manager, here, "subscription", 1, "number", "1", "stories", "apart", "channel", forum)
	c.uses(w.manager, here, "settings", 1, "corrections", "reply", "channel", forum)
	publish(1, "The courier reports a storm", reported(t, "courier", "Storm closes the harbor of Kestrel Bay", "sea"))
	first := post()
	c.does("Bob writes in the post", 0, func() error { w.discord.Say(bob, first.ID, "I saw it"); return nil })
	publish(2, "The gazette reports the same story", reported(t, "gazette", "Storm closes harbor of Kestrel Bay - gazette"))
	c.uses(w.manager, first.ID, "subscribe", 1, "filter", "ferry")
	w.discord.ArchiveThread(first.ID)
	c.does("Ann corrects the courier's headline, days later, and the post is archived", 4, func() error {
		w.run(reported(t, "courier", "Storm closes the port of Kestrel Bay", "sea"), "publish")
		return nil
	})
	c.does("Ann asks by the menu of the post's first message: Why?", 1, func() error {
		_, err := w.discord.CommandOn(w.ctx, w.manager, first.ID, "Why?")
		return err
	})
	c.does("The courier withdraws its report", 4, func() error { w.run("", "retract", "https://courier.example/1"); return nil })
	now := post()
	if now.Name != "Withdrawn by the source" || !slices.Equal(now.Tags, []string{"Sea"}) || len(w.discord.Posts(forum)) != 1 {
		t.Errorf("the post is %+v, and there are %d", now, len(w.discord.Posts(forum)))
	}
	c.steady(regexp.MustCompile(`(?s)(Posted here).*?(\n\nSubscriptions here)`), "$1 …$2") // what is settled a moment later
	w.stop(p)
	c.ends()
}

// TestForum_RepeatsNoPost loses answers to posts in a forum, where Discord knows no nonce.
func TestForum_RepeatsNoPost(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 1, 0, sandboxtelegram.Config{})
	guild := w.discord.GuildOf(w.channels[0])
	forum := w.discord.AddForum(guild, "news", sandboxdiscord.ForumRules{})
	w.discord.SetMemberPermissions(forum, w.manager, sandboxdiscord.MemberDefault|manageChannels)
	p := w.start("run")
	w.onDiscord(w.channels[0], "subscribe", sandboxdiscord.Option{Name: "channel", Value: forum})
	w.discord.StartPost(w.manager, forum, "Storm 0", "the same name by a person")
	for i, kind := range []sandbox.FaultKind{sandbox.FaultResetAfter, sandbox.FaultResetBefore, sandbox.FaultResetAfter} {
		w.discord.Faults.Inject(sandbox.Fault{Kind: kind, Path: "/threads", Place: forum})
		w.run(story(t, fmt.Sprint("Storm ", i)), "publish")
	}
	if _, err := w.discord.WaitPosts(w.ctx, forum, 4); err != nil {
		t.Fatal(err)
	}
	w.run(story(t, "Calm"), "publish")
	posts, err := w.discord.WaitPosts(w.ctx, forum, 5)
	var names []string
	for _, post := range posts {
		names = append(names, post.Name)
	}
	if want := []string{"Storm 0", "Storm 0", "Storm 1", "Storm 2", "Calm"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("the forum's posts are %q, %v, want %q", names, err, want)
	}
	w.stop(p)
}

func TestAnnouncements_SayWhatIsNotPublished(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 1, 0, sandboxtelegram.Config{})
	news := w.discord.AddChannelOf(w.discord.GuildOf(w.channels[0]), "news", sandboxdiscord.Announcement)
	w.discord.SetMemberPermissions(news, w.manager, sandboxdiscord.MemberDefault|manageChannels)
	p := w.start("run")
	in := sandboxdiscord.Option{Name: "channel", Value: news}
	w.onDiscord(w.channels[0], "subscribe", in)
	w.discord.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultRateLimit, RetryAfter: time.Hour, Path: "/crosspost"})
	w.run(story(t, "Storm"), "publish")
	for says := ""; !strings.Contains(says, "1 alert here wasn't published"); {
		if says = w.onDiscord(w.channels[0], "status", in); w.ctx.Err() != nil {
			t.Fatalf("/status reads %q", says)
		}
	}
	if got := w.alerts(news); !slices.Equal(got, []string{"Storm"}) {
		t.Errorf("the alerts are %q", got)
	}
	w.stop(p)
}

func TestThread_OpensForAlertsAndWaitsWhileItIsLocked(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 1, 0, sandboxtelegram.Config{})
	here := w.channels[0]
	thread := w.discord.AddThread(here, "storms")
	in := sandboxdiscord.Option{Name: "channel", Value: thread}
	p := w.start("run")
	w.onDiscord(here, "subscribe", in)
	shows := func(n int) {
		t.Helper()
		if _, err := w.discord.WaitMessages(w.ctx, thread, n); err != nil {
			t.Fatalf("the thread has %q: %v", w.alerts(thread), err)
		}
	}
	says := func(what string) {
		t.Helper()
		for got := ""; !strings.Contains(got, what); {
			if got = w.onDiscord(here, "status", in); w.ctx.Err() != nil {
				t.Fatalf("/status reads %q, want %q", got, what)
			}
		}
	}
	w.discord.ArchiveThread(thread)
	w.run(story(t, "Storm 1"), "publish")
	shows(1)
	if th, _ := w.discord.Thread(thread); th.Archived {
		t.Error("the alert has not opened the thread")
	}
	w.discord.ArchiveThread(thread)
	w.discord.LockThread(thread)
	w.run(story(t, "Storm 2"), "publish")
	says("no alerts are posted here (the thread is archived and locked)")
	says("without Manage Threads")
	if got := w.alerts(thread); !slices.Equal(got, []string{"Storm 1"}) {
		t.Errorf("in the locked thread there are %q", got)
	}
	if _, err := w.discord.WaitMessages(w.ctx, w.discord.DirectChannel(w.manager), 1); err != nil { // who subscribed is told
		t.Fatal(err)
	}
	w.discord.UnlockThread(thread)
	list, err := w.discord.WaitMessages(w.ctx, thread, 2)
	if err != nil {
		t.Fatal(err)
	}
	offer := list[1]
	if !strings.Contains(offer.Content, "1 alert") || len(offer.Components) == 0 {
		t.Fatalf("unlocked, the thread reads %q", offer.Content)
	}
	if _, err := w.discord.Press(w.ctx, w.manager, offer.ID, offer.Components[0].Components[0].CustomID); err != nil {
		t.Fatal(err)
	}
	shows(3)
	if got := w.alerts(thread); !slices.Equal(got, []string{"Storm 1", "Storm 2"}) {
		t.Errorf("in the end there are %q", got)
	}
	w.stop(p)
}
