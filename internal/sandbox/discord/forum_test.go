package discord

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/internal/sandbox"
)

// postBody is a post of a forum in JSON.
func postBody(name string, tags ...string) map[string]any {
	return map[string]any{"name": name, "applied_tags": tags, "message": map[string]any{"content": "x", "nonce": "n", "enforce_nonce": true}}
}

func TestForums_HavePostsAndNoMessages(t *testing.T) {
	p := newPlace(t, Config{Unlimited: true})
	forum := p.AddForum(p.guild, "news", ForumRules{Tags: []Tag{{Name: "Storms"}}})
	media := p.AddForum(p.guild, "pictures", ForumRules{Media: true})
	for _, id := range []string{forum, media} {
		p.bot.do("POST", "/channels/"+id+"/messages", map[string]any{"content": "x"}).want(t, 400, 50008)
		made := p.bot.do("POST", "/channels/"+id+"/threads", postBody("A storm"))
		made.want(t, 201, 0)
		message, _ := made.body["message"].(map[string]any)
		if message["id"] != made.id() || made.body["parent_id"] != id || made.body["owner_id"] != p.ApplicationID() || message["nonce"] != nil {
			t.Errorf("a post = %s, want the id of its first message, the forum, the bot and no nonce", made.text)
		}
		if again := p.bot.do("POST", "/channels/"+id+"/threads", postBody("A storm")); again.id() == made.id() {
			t.Error("a nonce counts in a forum, where Discord knows none")
		}
		p.bot.do("POST", "/channels/"+made.id()+"/messages", map[string]any{"content": "an answer"}).want(t, 200, 0)
	}
	for name, tt := range map[string]struct {
		body  string
		fault string
	}{
		"no name":     {`{"message":{"content":"x"}}`, "name:BASE_TYPE_REQUIRED"},
		"long name":   {`{"name":"` + strings.Repeat("x", 101) + `","message":{"content":"x"}}`, "name:BASE_TYPE_BAD_LENGTH"},
		"no message":  {`{"name":"x"}`, "message:BASE_TYPE_REQUIRED"},
		"bad embed":   {`{"name":"x","message":{"embeds":[{"url":"x"}]}}`, "message.embeds.0.url:URL_TYPE_INVALID_URL"},
		"unknown tag": {`{"name":"x","applied_tags":["7"],"message":{"content":"x"}}`, "applied_tags.0:BASE_TYPE_CHOICES"},
		"six tags":    {`{"name":"x","applied_tags":["1","2","3","4","5","6"],"message":{"content":"x"}}`, "applied_tags:BASE_TYPE_MAX_LENGTH"},
		"flag":        {`{"name":"x","message":{"content":"x","flags":64}}`, "message.flags:BASE_TYPE_CHOICES"},
	} {
		a := p.bot.do("POST", "/channels/"+forum+"/threads", tt.body)
		if got := strings.Join(faultCodes(a.body["errors"], ""), " "); a.status != 400 || !strings.Contains(got, tt.fault) {
			t.Errorf("%s: %d %q, want %q", name, a.status, got, tt.fault)
		}
	}
	p.bot.do("POST", "/channels/"+forum+"/threads", `{"name":"x","message":{}}`).want(t, 400, 50006)
	p.SetBotPermissions(forum, ViewChannel)
	p.bot.do("POST", "/channels/"+forum+"/threads", postBody("x")).want(t, 403, 50013)
}

func TestForums_WantTags(t *testing.T) {
	p := newPlace(t, Config{Unlimited: true})
	forum := p.AddForum(p.guild, "news", ForumRules{TagRequired: true, Tags: []Tag{{Name: "Staff", Moderated: true}}})
	path := "/channels/" + forum + "/threads"
	tags := func(i int) string {
		list, _ := p.bot.do("GET", "/channels/"+forum, nil).body["available_tags"].([]any)
		return list[i].(map[string]any)["id"].(string)
	}
	p.bot.do("POST", path, postBody("x")).want(t, 400, 40066)
	p.bot.do("POST", path, postBody("x", tags(0))).want(t, 403, 50013)
	p.SetForum(forum, true, Tag{Name: "Staff", Moderated: true}, Tag{Name: "Sea"})
	p.bot.do("POST", path, postBody("x")).want(t, 400, 40067)
	made := p.bot.do("POST", path, postBody("x", tags(1)))
	if post, ok := p.Thread(made.id()); !ok || !slices.Equal(post.Tags, []string{"Sea"}) {
		t.Errorf("the post = %+v, want the tag Sea", post)
	}
	p.SetBotPermissions(forum, MemberDefault|ManageThreads)
	p.bot.do("POST", path, postBody("x", tags(0))).want(t, 201, 0)
}

func TestThreads_AreArchivedAndLocked(t *testing.T) {
	clock := newClock()
	p := newPlace(t, Config{Now: clock.Now, Unlimited: true})
	thread := p.AddThread(p.channel, "storms")
	messages, say := "/channels/"+thread+"/messages", map[string]any{"content": "x"}
	first := p.bot.do("POST", messages, say)
	archived := func() bool { th, _ := p.Thread(thread); return th.Archived }
	clock.advance(25 * time.Hour)
	if !archived() {
		t.Fatal("a thread that nobody writes in is not archived after a day")
	}
	p.bot.do("PATCH", messages+"/"+first.id(), say).want(t, 400, 50083)
	p.bot.do("DELETE", messages+"/"+first.id(), nil).want(t, 400, 50083)
	p.bot.do("PATCH", "/channels/"+thread, `{"name":"other"}`).want(t, 400, 50083)
	p.bot.do("POST", messages, say).want(t, 200, 0)
	if archived() {
		t.Error("a message does not open the thread")
	}
	p.LockThread(thread)
	p.bot.do("POST", messages, say).want(t, 403, 160005)
	p.ArchiveThread(thread)
	p.bot.do("POST", messages, say).want(t, 400, 50083)
	p.bot.do("PATCH", "/channels/"+thread, `{"archived":false}`).want(t, 403, 50013)
	p.SetBotPermissions(p.channel, MemberDefault|ManageThreads)
	p.bot.do("POST", messages, say).want(t, 200, 0)
	p.SetBotPermissions(p.channel, MemberDefault)
	p.UnlockThread(thread)
	p.ArchiveThread(thread)
	p.bot.do("PATCH", "/channels/"+thread, `{"archived":false}`).want(t, 200, 0)
	p.bot.do("PATCH", "/channels/"+thread, `{"name":"other"}`).want(t, 403, 50013) // it isn't the bot's own
}

func TestThreads_AreListed(t *testing.T) {
	clock := newClock()
	p := newPlace(t, Config{Now: clock.Now, Unlimited: true})
	forum := p.AddForum(p.guild, "news", ForumRules{})
	var ids []string
	for i := range 3 {
		ids = append(ids, p.bot.do("POST", "/channels/"+forum+"/threads", postBody(fmt.Sprint(i))).id())
	}
	list := func(path string) (found []string, more any) {
		a := p.bot.do("GET", path, nil)
		for _, item := range a.body["threads"].([]any) {
			found = append(found, item.(map[string]any)["id"].(string))
		}
		return found, a.body["has_more"]
	}
	if got, _ := list("/guilds/" + p.guild + "/threads/active"); !slices.Equal(got, []string{ids[2], ids[1], ids[0]}) {
		t.Errorf("active = %v, want the newest first", got)
	}
	for _, id := range ids {
		clock.advance(time.Minute)
		p.ArchiveThread(id)
	}
	path := "/channels/" + forum + "/threads/archived/public"
	if got, more := list(path + "?limit=2"); !slices.Equal(got, []string{ids[2], ids[1]}) || more != true {
		t.Errorf("archived = %v, more %v, want the last archived first, and more", got, more)
	}
	before := clock.Now().Add(-90 * time.Second).Format(time.RFC3339)
	if got, more := list(path + "?before=" + before); !slices.Equal(got, ids[:1]) || more != false {
		t.Errorf("archived before = %v, more %v, want the first", got, more)
	}
	p.bot.do("GET", path+"?limit=1", nil).want(t, 400, 50035)
	p.SetBotPermissions(forum, MemberDefault&^ReadHistory)
	p.bot.do("GET", path, nil).want(t, 403, 50013)
}

func TestThreads_AreRenamedTwiceInTenMinutes(t *testing.T) {
	clock := newClock()
	p := newPlace(t, Config{Now: clock.Now})
	forum := p.AddForum(p.guild, "news", ForumRules{})
	post := p.bot.do("POST", "/channels/"+forum+"/threads", postBody("one")).id()
	for i := range 2 {
		p.bot.do("PATCH", "/channels/"+post, fmt.Sprintf(`{"name":"name %d"}`, i)).want(t, 200, 0)
	}
	a := p.bot.do("PATCH", "/channels/"+post, `{"name":"third"}`)
	if after, _ := a.body["retry_after"].(float64); a.status != 429 || after < 300 || a.header.Get("X-RateLimit-Reset-After") != "" {
		t.Errorf("the third = %d %s %v, want 429 for minutes, and no header", a.status, a.text, a.header)
	}
	p.bot.do("PATCH", "/channels/"+post, `{"archived":true}`).want(t, 200, 0)
	clock.advance(renameWindow)
	p.bot.do("PATCH", "/channels/"+post, `{"archived":false,"name":"third"}`).want(t, 200, 0)
	if th, _ := p.Thread(post); th.Name != "third" {
		t.Errorf("it is called %q", th.Name)
	}
}

func TestAnnouncements_AreCrosspostedTenTimesAnHour(t *testing.T) {
	clock := newClock()
	p := newPlace(t, Config{Now: clock.Now})
	news := p.AddChannelOf(p.guild, "news", Announcement)
	post := func(channel string) string {
		clock.advance(2 * time.Second)
		return "/channels/" + channel + "/messages/" + p.bot.do("POST", "/channels/"+channel+"/messages", map[string]any{"content": "x"}).id()
	}
	p.bot.do("POST", post(p.channel)+"/crosspost", nil).want(t, 400, 50024)
	first := post(news)
	p.bot.do("POST", first+"/crosspost", nil).want(t, 200, 0)
	p.bot.do("POST", first+"/crosspost", nil).want(t, 400, 40033)
	p.bot.do("POST", "/channels/"+news+"/messages/"+p.Say(p.ann, news, "hi")+"/crosspost", nil).want(t, 403, 50013)
	for range crossposts - 3 {
		p.bot.do("POST", post(news)+"/crosspost", nil).want(t, 200, 0)
	}
	a := p.bot.do("POST", post(news)+"/crosspost", nil)
	if after, _ := a.body["retry_after"].(float64); a.status != 429 || after < 3000 || a.body["global"] != false {
		t.Errorf("the eleventh = %d %s, want 429 for the rest of an hour", a.status, a.text)
	}
	clock.advance(time.Hour)
	p.bot.do("POST", post(news)+"/crosspost", nil).want(t, 200, 0)
	published := 0
	for _, m := range p.Messages(news) {
		if m.Crossposted() {
			published++
		}
	}
	if published != crossposts-1 {
		t.Errorf("%d are published, want %d", published, crossposts-1)
	}
}

func TestForums_LoseAnswers(t *testing.T) {
	p := newPlace(t, Config{Unlimited: true})
	forum := p.AddForum(p.guild, "news", ForumRules{})
	p.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultResetAfter, Place: forum})
	_, _ = p.bot.raw("POST", "/channels/"+forum+"/threads", encode(t, postBody("lost")), http.Header{"Authorization": {"Bot " + testToken}, "Content-Type": {"application/json"}})
	if posts := p.Posts(forum); len(posts) != 1 || posts[0].Name != "lost" {
		t.Errorf("posts = %+v, want the one of which the answer was lost", posts)
	}
	mine := p.StartPost(p.ann, forum, "lost", "by a person")
	if post, ok := p.Thread(mine); !ok || post.Owner != p.ann {
		t.Errorf("a person's post = %+v", post)
	}
}
