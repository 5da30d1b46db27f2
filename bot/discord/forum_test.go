package discord

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/internal/sandbox"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

// handClock is a clock that moves only when set.
type handClock struct {
	mu  sync.Mutex // guards now
	now time.Time
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// forumWorld is a world with a forum, in which all go by one clock.
type forumWorld struct {
	*world
	clock *handClock
	forum string
}

func newForumWorld(t *testing.T, cfg sandboxdiscord.Config, rules sandboxdiscord.ForumRules) *forumWorld {
	t.Helper()
	clock := &handClock{now: time.Now()}
	cfg.Now = clock.Now
	w := &forumWorld{world: newWorld(t, cfg), clock: clock}
	a := w.adapter
	a.rest.limits.now, a.errands.now, a.kinds.now, a.unpublished.now = clock.Now, clock.Now, clock.Now, clock.Now
	w.forum = w.AddForum(w.guild, "news", rules)
	return w
}

func (w *forumWorld) target() bot.Target {
	return bot.Target{Platform: Platform, Space: w.guild, Chat: w.forum}
}

// article is an alert about something at sea.
func article(title string, tags ...string) bot.Message {
	card := &bot.Card{Title: bot.Plain(title), URL: "https://example.org/" + strings.ReplaceAll(title, " ", "-"), Source: "Courier"}
	return bot.Message{Card: card, Key: bot.NewKey(), Tags: tags}
}

func (w *forumWorld) send(t *testing.T, m bot.Message) bot.Receipt {
	t.Helper()
	r, err := w.adapter.Send(within(t), w.target(), m)
	if err != nil {
		t.Fatalf("Send: %v", err)
	}
	return r
}

func (w *forumWorld) edit(t *testing.T, r bot.Receipt, m bot.Message) {
	t.Helper()
	if err := w.adapter.Edit(within(t), w.target(), r, m); err != nil {
		t.Fatalf("Edit: %v", err)
	}
}

// read returns the titles and texts of a post's messages.
func (w *forumWorld) read(post string) (list []string) {
	for _, m := range w.Messages(post) {
		text := m.Content
		if len(m.Embeds) > 0 {
			text = m.Embeds[0].Title
		}
		list = append(list, text)
	}
	return list
}

func TestForum_GetsAPostForEachStory(t *testing.T) {
	t.Parallel()
	for name, connected := range map[string]bool{"by the gateway": true, "over HTTP alone": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newForumWorld(t, sandboxdiscord.Config{Unlimited: true}, sandboxdiscord.ForumRules{
				Tags: []sandboxdiscord.Tag{{Name: "Weather"}, {Name: "Sea"}, {Name: "Staff", Moderated: true}},
			})
			if connected {
				w.run(t, help())
				eventually(t, "the forum is known", func() bool { c, _ := w.adapter.guilds.channel(w.guild, w.forum); return c.isForum() })
			}
			first := w.send(t, article("Storm over the harbor", "sea", " WEATHER ", "staff", "economy"))
			if first.Chat == "" || first.MessageID != first.Chat {
				t.Fatalf("the receipt is %+v, want the post's ID twice", first)
			}
			post, _ := w.Thread(first.Chat)
			if post.Name != "Storm over the harbor" || !slices.Equal(post.Tags, []string{"Weather", "Sea"}) || post.Parent != w.forum {
				t.Errorf("the post is %+v", post)
			}
			corrected := article("Storm over the port")
			w.edit(t, first, corrected)
			w.send(t, bot.Message{Text: bot.Plain("Corrected"), ReplyTo: first.MessageID, Into: first.Chat, Key: bot.NewKey()})
			second := article("Harbor reopens")
			second.Into = first.Chat
			if r := w.send(t, second); r.Chat != first.Chat || r.MessageID == first.MessageID {
				t.Errorf("the second article of the story is in %+v, want a message of the first one's post", r)
			}
			if id := w.Say(w.member, first.Chat, "I saw it"); id == "" {
				t.Fatal("bob can't write in the post")
			}
			withdrawn := article("Storm over the port")
			withdrawn.Card.Title = bot.Plain("Withdrawn by the source")
			w.edit(t, first, withdrawn)
			post, _ = w.Thread(first.Chat)
			want := []string{"Withdrawn by the source", "Storm over the port", "Corrected", "Harbor reopens", "I saw it", "Withdrawn by the source"}
			if got := w.read(first.Chat); !slices.Equal(got, want) || post.Name != "Withdrawn by the source" {
				t.Errorf("the post %q reads %q, want %q", post.Name, got, want)
			}
			if n := len(w.Posts(w.forum)); n != 1 || len(w.Messages(w.forum)) > 0 {
				t.Errorf("there are %d posts, want 1", n)
			}
			if link := w.adapter.MessageLink(w.target(), first); !strings.HasSuffix(link, w.guild+"/"+first.Chat+"/"+first.MessageID) {
				t.Errorf("the link is %s", link)
			}
		})
	}
}

func TestForum_OpensArchivedPostsAndLeavesClosedOnes(t *testing.T) {
	t.Parallel()
	w := newForumWorld(t, sandboxdiscord.Config{Unlimited: true}, sandboxdiscord.ForumRules{Media: true})
	first := w.send(t, article("Storm"))
	w.clock.advance(48 * time.Hour)
	if post, _ := w.Thread(first.Chat); !post.Archived {
		t.Fatal("the post isn't archived")
	}
	w.edit(t, first, article("Storms"))
	if post, _ := w.Thread(first.Chat); post.Archived || post.Name != "Storms" {
		t.Errorf("after an edit it is %+v", post)
	}
	w.ArchiveThread(first.Chat)
	w.LockThread(first.Chat)
	err := w.adapter.Edit(within(t), w.target(), first, article("Storm again"))
	if sendKind(err) != bot.Unsendable || !strings.Contains(err.Error(), "closed") {
		t.Errorf("an edit in a locked post fails with %v, want Unsendable: the forum isn't closed", err)
	}
	reply := bot.Message{Text: bot.Plain("Corrected"), ReplyTo: first.MessageID, Into: first.Chat}
	if _, err := w.adapter.Send(within(t), w.target(), reply); sendKind(err) != bot.Unsendable {
		t.Errorf("a reply to it fails with %v, want Unsendable", err)
	}
	flash := bot.Message{Text: bot.Plain("FLASH: Storm"), Name: "FLASH: Storm", ReplyTo: first.MessageID, Into: first.Chat}
	if r := w.send(t, flash); r.Chat == first.Chat {
		t.Errorf("an alert that answers one went to %+v, want a post of its own", r)
	}
	next := article("Harbor reopens")
	next.Into = first.Chat
	if r := w.send(t, next); r.Chat == first.Chat || len(w.Posts(w.forum)) != 3 {
		t.Errorf("a later article went to %+v, want a post of its own", r)
	}
	w.DeleteChannel(first.Chat)
	if r := w.send(t, next); r.Chat == first.Chat {
		t.Errorf("a later article went to the deleted post")
	}
	if err := w.adapter.Edit(within(t), w.target(), first, article("Storm")); sendKind(err) != bot.Unsendable {
		t.Errorf("an edit of a deleted post fails with %v", err)
	}
}

func TestForum_FindsAPostOfWhichTheAnswerWasLost(t *testing.T) {
	t.Parallel()
	w := newForumWorld(t, sandboxdiscord.Config{Unlimited: true}, sandboxdiscord.ForumRules{})
	began := w.clock.Now()
	if w.adapter.KeyLifetime(within(t), w.target()) != 0 || w.adapter.KeyLifetime(within(t), w.here()) == 0 {
		t.Error("Discord knows no nonce in forums, and one elsewhere")
	}
	w.StartPost(w.member, w.forum, "Storm", "by a person")
	m := article("Storm")
	find := func(m bot.Message) (bot.Receipt, bool) {
		t.Helper()
		r, found, err := w.adapter.FindSent(within(t), w.target(), []bot.Message{m}, began)
		if err != nil {
			t.Fatalf("FindSent: %v", err)
		}
		return r, found
	}
	if r, found := find(m); found {
		t.Fatalf("it found %+v before anything was posted", r)
	}
	w.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultResetAfter, Path: "/threads"})
	_, err := w.adapter.Send(within(t), w.target(), m)
	if e, ok := errors.AsType[*bot.SendError](err); !ok || !e.Uncertain {
		t.Fatalf("Send failed with %v, want an uncertain failure", err)
	}
	posts := w.Posts(w.forum)
	mine := posts[len(posts)-1].ID
	if r, found := find(m); !found || r.Chat != mine || r.MessageID != mine {
		t.Errorf("it found %+v %t, want %s", r, found, mine)
	}
	w.ArchiveThread(mine)
	if r, found := find(m); !found || r.Chat != mine {
		t.Errorf("archived, it found %+v %t", r, found)
	}
	renamed := m
	renamed.Card = new(*m.Card)
	renamed.Card.Title = bot.Plain("Storm over the harbor")
	if r, found := find(renamed); !found || r.Chat != mine {
		t.Errorf("under another headline, it found %+v %t", r, found)
	}
	if r, found := find(article("Another")); found {
		t.Errorf("of another article, it found %+v", r)
	}
	w.SetBotPermissions(w.forum, sandboxdiscord.MemberDefault&^sandboxdiscord.ReadHistory)
	if _, _, err := w.adapter.FindSent(within(t), w.target(), []bot.Message{article("Another")}, began); err == nil {
		t.Error("it looked where it may not")
	}
}

func TestForum_TagsItsPosts(t *testing.T) {
	t.Parallel()
	staff, sea, wind := sandboxdiscord.Tag{Name: "Staff", Moderated: true}, sandboxdiscord.Tag{Name: "Sea"}, sandboxdiscord.Tag{Name: "Wind"}
	w := newForumWorld(t, sandboxdiscord.Config{Unlimited: true}, sandboxdiscord.ForumRules{TagRequired: true, Tags: []sandboxdiscord.Tag{staff, sea}})
	tags := func(m bot.Message) []string {
		t.Helper()
		post, _ := w.Thread(w.send(t, m).Chat)
		return post.Tags
	}
	if got := tags(article("a", "economy")); !slices.Equal(got, []string{"Sea"}) {
		t.Errorf("without a fitting one, the tags are %q, want the first for everybody", got)
	}
	w.SetForum(w.forum, true, staff, wind) // and nobody tells the bot
	if got := tags(article("b", "sea")); !slices.Equal(got, []string{"Wind"}) {
		t.Errorf("after a change, the tags are %q, want those there are", got)
	}
	w.SetBotPermissions(w.forum, sandboxdiscord.MemberDefault|sandboxdiscord.ManageThreads)
	w.clock.advance(kindLife)
	if got := tags(article("c", "staff")); !slices.Equal(got, []string{"Staff"}) {
		t.Errorf("a moderator's tags are %q", got)
	}
	w.SetBotPermissions(w.forum, sandboxdiscord.MemberDefault)
	w.SetForum(w.forum, true, staff)
	w.clock.advance(kindLife)
	_, err := w.adapter.Send(within(t), w.target(), article("d"))
	if e, ok := errors.AsType[*bot.SendError](err); !ok || e.Kind != bot.TargetGone || !strings.Contains(e.Reason, "tag") || !e.Probe {
		t.Errorf("where all tags are for moderators, it fails with %v", err)
	}
}

func TestForum_IsNamedByACommandOnAPost(t *testing.T) {
	t.Parallel()
	w := newForumWorld(t, sandboxdiscord.Config{Unlimited: true}, sandboxdiscord.ForumRules{})
	h := &bottest.Handler{Table: []bot.Command{{Name: "why", Help: "Why an alert came", OnMessage: "Why this alert?"}}}
	w.run(t, h)
	eventually(t, "the forum is known", func() bool { c, _ := w.adapter.guilds.channel(w.guild, w.forum); return c.isForum() })
	post := w.send(t, article("Storm"))
	it, err := w.CommandOn(within(t), w.manager, post.MessageID, "Why this alert?")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := it.Reply(within(t)); err != nil {
		t.Fatal(err)
	}
	if inv := h.Invocations()[0]; inv.Target != w.target() || inv.ChatName != "Newsroom #news" {
		t.Errorf("the command is of %v, called %q, want the forum", inv.Target, inv.ChatName)
	}
}

func TestPickTags(t *testing.T) {
	tag := func(id string) wireTag { return wireTag{ID: id, Name: id} }
	staff := wireTag{ID: "staff", Name: "staff", Moderated: true}
	six := []wireTag{tag("a"), tag("b"), tag("c"), tag("d"), tag("e"), tag("f")}
	for name, tt := range map[string]struct {
		tags     []wireTag
		about    []string
		required bool
		want     []string
	}{
		"none":            {nil, []string{"a"}, true, nil},
		"folded":          {six, []string{" B "}, true, []string{"b"}},
		"at most five":    {six, []string{"f", "e", "d", "c", "b", "a"}, false, []string{"a", "b", "c", "d", "e"}},
		"nothing fits":    {six, []string{"x"}, false, nil},
		"one is required": {[]wireTag{staff, tag("a")}, nil, true, []string{"a"}},
		"staff's alone":   {[]wireTag{staff}, nil, true, []string{"staff"}},
	} {
		if got := pickTags(tt.tags, tt.about, tt.required); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestPostName(t *testing.T) {
	long := strings.Repeat("storm ", 40)
	for want, m := range map[string]bot.Message{
		"Storm":                    {Card: &bot.Card{Title: bot.Plain(" Storm\n ")}},
		"These alerts had to wait": {Text: bot.Join(bot.Styled("These alerts had to wait:", bot.Bold), bot.Plain("\n\nStorm"))},
		"Harbor":                   {Name: "Harbor", Text: bot.Plain("From our desk\nHarbor")},
		"@everyone <@1>":           {Text: bot.Plain("@everyone <@1>")},
		"…":                        {},
	} {
		if got := postName(&m); got != want {
			t.Errorf("name %q, want %q", got, want)
		}
	}
	if got := postName(&bot.Message{Text: bot.Plain(long)}); units(got) > maxPostName || !strings.HasSuffix(got, "storm…") {
		t.Errorf("a long headline becomes %q", got)
	}
}
