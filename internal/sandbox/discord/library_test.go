package discord

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
)

const testToken = "test-token"

// rewrite sends requests for Discord to the stand-in.
type rewrite struct{ base *url.URL }

func (rt rewrite) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = rt.base.Scheme, rt.base.Host
	return http.DefaultTransport.RoundTrip(r)
}

func testContext(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// serve starts a stand-in over a real socket.
func serve(t *testing.T, cfg Config) (*StandIn, string) {
	cfg.Token = testToken
	d := New(cfg)
	srv := httptest.NewServer(d)
	t.Cleanup(srv.Close)
	t.Cleanup(d.Close)
	return d, srv.URL
}

// open connects discordgo to a stand-in.
func open(t *testing.T, base string, handlers ...any) *discordgo.Session {
	s, err := discordgo.New("Bot " + testToken)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	s.Client = &http.Client{Transport: rewrite{u}}
	s.Identify.Intents = discordgo.IntentsGuilds
	for _, h := range handlers {
		s.AddHandler(h)
	}
	if err := s.Open(); err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func respond(content string) func(*discordgo.Session, *discordgo.InteractionCreate) {
	return func(s *discordgo.Session, i *discordgo.InteractionCreate) {
		_ = s.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{
			Type: discordgo.InteractionResponseChannelMessageWithSource,
			Data: &discordgo.InteractionResponseData{
				Content: content + " to " + i.Member.User.Username, Flags: discordgo.MessageFlagsEphemeral,
			},
		})
	}
}

func TestServesDiscordgo(t *testing.T) {
	ctx := testContext(t)
	d, base := serve(t, Config{})
	guild := d.AddGuild("Newsroom")
	channel := d.AddChannel(guild, "alerts")
	ann := d.AddUser("ann")
	s := open(t, base, respond("hello"))
	app := s.State.User.ID
	if app != d.ApplicationID() {
		t.Errorf("READY names user %q, want %q", app, d.ApplicationID())
	}
	_, err := s.ApplicationCommandBulkOverwrite(app, "", []*discordgo.ApplicationCommand{{Name: "hello", Description: "says it"}})
	if err != nil {
		t.Fatalf("register: %v", err)
	}
	it, err := d.Command(ctx, ann, channel, "hello", nil)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := it.Reply(ctx)
	if err != nil || reply.Content != "hello to ann" || reply.EphemeralTo != ann {
		t.Errorf("reply = %+v, %v; want an ephemeral hello to ann", reply, err)
	}
	sent, err := s.ChannelMessageSendEmbed(channel, &discordgo.MessageEmbed{Title: "News", URL: "https://example.org/1"})
	if err != nil {
		t.Fatalf("send: %v", err)
	}
	if m, ok := d.Message(sent.ID); !ok || len(m.Embeds) != 1 || m.Embeds[0].Title != "News" {
		t.Errorf("message = %+v, %v; want the embed", m, ok)
	}
}

func TestResumesDiscordgoAndReplaysWhatItMissed(t *testing.T) {
	ctx := testContext(t)
	d, base := serve(t, Config{})
	channel := d.AddChannel(d.AddGuild("Newsroom"), "alerts")
	ann := d.AddUser("ann")
	s := open(t, base, respond("hello"))
	_, err := s.ApplicationCommandBulkOverwrite(d.ApplicationID(), "", []*discordgo.ApplicationCommand{
		{Name: "hello", Description: "says it"},
	})
	if err != nil {
		t.Fatalf("register: %v", err)
	}
	d.DropConnections()
	it, err := d.Command(ctx, ann, channel, "hello", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := it.Reply(ctx); err != nil {
		t.Errorf("reply after the drop: %v", err)
	}
	if c := d.Counters(); c.Identifies != 1 || c.Resumes != 1 {
		t.Errorf("counters = %+v, want 1 identify and 1 resume", c)
	}
}

func TestGivesDiscordgoButtonsItCanRead(t *testing.T) {
	ctx := testContext(t)
	d, base := serve(t, Config{})
	channel := d.AddChannel(d.AddGuild("Newsroom"), "alerts")
	ann := d.AddUser("ann")
	pressed := make(chan *discordgo.InteractionCreate, 1)
	s := open(t, base, func(s *discordgo.Session, i *discordgo.InteractionCreate) {
		pressed <- i
		_ = s.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{
			Type: discordgo.InteractionResponseUpdateMessage,
			Data: &discordgo.InteractionResponseData{Content: "page 2"},
		})
	})
	sent, err := s.ChannelMessageSendComplex(channel, &discordgo.MessageSend{
		Content: "page 1",
		Components: []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{
			discordgo.Button{Label: "Next", CustomID: "next", Emoji: &discordgo.ComponentEmoji{Name: "➡"}},
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	it, err := d.Press(ctx, ann, sent.ID, "next")
	if err != nil {
		t.Fatal(err)
	}
	if m, err := it.Reply(ctx); err != nil || m.ID != sent.ID || m.Content != "page 2" {
		t.Errorf("reply = %+v, %v", m, err)
	}
	i := <-pressed
	if i.MessageComponentData().CustomID != "next" || i.Message.Content != "page 1" || len(i.Message.Components) != 1 {
		t.Errorf("discordgo read %+v of %+v", i.Data, i.Message)
	}
	if i.Member.Permissions != MemberDefault || i.AppPermissions != MemberDefault {
		t.Errorf("discordgo read permissions %d and %d", i.Member.Permissions, i.AppPermissions)
	}
}

func TestFollowsDiscordgoThroughAReconnectRequest(t *testing.T) {
	d, base := serve(t, Config{})
	d.AddGuild("Newsroom")
	open(t, base)
	d.Reconnect()
	ctx := testContext(t)
	if err := d.await(ctx, func() bool { return d.counters.Resumes == 1 }); err != nil {
		t.Fatalf("counters = %+v: %v", d.Counters(), err)
	}
}

func TestTurnsDiscordgoAwayWithAWrongToken(t *testing.T) {
	_, base := serve(t, Config{})
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	s, err := discordgo.New("Bot another")
	if err != nil {
		t.Fatal(err)
	}
	s.Client = &http.Client{Transport: rewrite{u}}
	var refused *discordgo.RESTError
	if _, err := s.User("@me"); !errors.As(err, &refused) || refused.Response.StatusCode != http.StatusUnauthorized {
		t.Errorf("users/@me = %v, want 401", err)
	}
}
