package discord

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"
)

// wireRights is what a client computes the bot's rights from.
type wireRights struct {
	Roles []struct {
		ID          string `json:"id"`
		Permissions string `json:"permissions"`
		Color       int    `json:"color"`
	} `json:"roles"`
	Overwrites []struct {
		ID    string `json:"id"`
		Type  int    `json:"type"`
		Allow string `json:"allow"`
		Deny  string `json:"deny"`
	} `json:"permission_overwrites"`
}

// rightsByREST computes the bot's rights in a channel from GET, as
// discord.com/developers/docs/topics/permissions#permission-overwrites says.
func rightsByREST(t *testing.T, p place, channel string) int64 {
	t.Helper()
	var guild, ch wireRights
	var member struct {
		Roles []string `json:"roles"`
	}
	for path, v := range map[string]any{
		"/guilds/" + p.guild: &guild, "/channels/" + channel: &ch,
		"/guilds/" + p.guild + "/members/" + p.ApplicationID(): &member,
	} {
		if err := json.Unmarshal([]byte(p.bot.do("GET", path, nil).text), v); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	var rights int64
	for _, r := range guild.Roles {
		if r.ID == p.guild || slices.Contains(member.Roles, r.ID) {
			rights |= bits(t, r.Permissions)
		}
	}
	for _, o := range ch.Overwrites {
		if o.ID == p.ApplicationID() && o.Type == memberOverwrite {
			rights = rights&^bits(t, o.Deny) | bits(t, o.Allow)
		}
	}
	return rights
}

func bits(t *testing.T, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRights_AreWhatRolesAndOverwritesSay(t *testing.T) {
	p := newPlace(t, Config{Unlimited: true})
	for _, tc := range []struct {
		name  string
		how   func()
		want  int64
		posts int
	}{
		{"at first", func() {}, MemberDefault, 200},
		{"no right to send", func() { p.SetBotPermissions(p.channel, MemberDefault&^SendMessages) }, MemberDefault &^ SendMessages, 403},
		{"given back silently", func() { p.SetBotPermissionsSilently(p.channel, MemberDefault) }, MemberDefault, 200},
		{"more than the roles give", func() { p.SetBotPermissions(p.channel, MemberDefault|ManageMessages) }, MemberDefault | ManageMessages, 200},
		{"denied by a role", func() {
			p.SetRoles(p.guild, ViewChannel, 0)
			p.channel = p.AddChannel(p.guild, "new")
		}, ViewChannel, 403},
		{"given by the bot's role", func() { p.SetRoles(p.guild, ViewChannel, SendMessages) }, ViewChannel | SendMessages, 200},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.how()
			if got := rightsByREST(t, p, p.channel); got != tc.want {
				t.Errorf("by REST the bot has the rights %b, want %b", got, tc.want)
			}
			if a := p.bot.do("POST", p.messages(), text); a.status != tc.posts {
				t.Errorf("a post is answered %d %s, want %d", a.status, a.text, tc.posts)
			}
		})
	}
}

func TestRights_ChangeWithoutAnEvent(t *testing.T) {
	p := newPlace(t, Config{})
	s, _ := connect(t, p.base, intentGuilds)
	s.until("GUILD_CREATE")
	p.SetBotPermissionsSilently(p.channel, ViewChannel)
	p.SetBotPermissions(p.channel, MemberDefault)
	p.PaintRole(p.guild)
	for _, want := range []string{"CHANNEL_UPDATE", "GUILD_ROLE_UPDATE"} {
		if f := s.next(); f.Type != want {
			t.Errorf("got %s, want %s", f.Type, want)
		}
	}
}

func TestRoles_ReportEachChange(t *testing.T) {
	p := newPlace(t, Config{})
	s, _ := connect(t, p.base, intentGuilds)
	s.until("GUILD_CREATE")
	p.SetRoles(p.guild, ViewChannel, Administrator)
	p.PaintRole(p.guild)
	p.PaintRole(p.guild)
	var colors []int
	for range 4 {
		var data struct {
			Role struct {
				Color int `json:"color"`
			} `json:"role"`
		}
		f := s.next()
		if err := json.Unmarshal(f.Data, &data); err != nil || f.Type != "GUILD_ROLE_UPDATE" || f.field("guild_id") != p.guild {
			t.Errorf("got %+v, %v", f, err)
		}
		colors = append(colors, data.Role.Color)
	}
	if want := []int{0, 0, 1, 2}; !slices.Equal(colors, want) {
		t.Errorf("the roles have the colors %v, want %v", colors, want)
	}
	p.bot.do("POST", p.messages(), text).want(t, 200, 0)
}

func TestGuild_ListsChannelsRolesAndMembers(t *testing.T) {
	p := newPlace(t, Config{})
	p.AddThread(p.channel, "thread")
	guild := "/guilds/" + p.guild
	for path, want := range map[string]int{"/channels": 1, "/roles": 3} {
		var list []any
		if err := json.Unmarshal([]byte(p.bot.do("GET", guild+path, nil).text), &list); err != nil || len(list) != want {
			t.Errorf("%s lists %v, %v; want %d", path, list, err, want)
		}
	}
	p.bot.do("GET", guild+"/members/"+p.ann, nil).want(t, 200, 0)
	p.bot.do("GET", guild+"/members/1", nil).want(t, 404, 10013)
	p.RemoveGuild(p.guild)
	for _, path := range []string{"", "/channels", "/roles", "/members/" + p.ann} {
		p.bot.do("GET", guild+path, nil).want(t, 404, 10004)
	}
}
