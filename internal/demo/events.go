package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tidings/internal/sandbox/discord"
	"tidings/internal/sandbox/telegram"
)

// heartbeat is how often an idle stream shows that it lives.
const heartbeat = 20 * time.Second

// discordMessage is a message as the page draws it.
type discordMessage struct {
	ID         string              `json:"id"`
	Channel    string              `json:"channel"`
	Author     string              `json:"author"`
	Bot        bool                `json:"bot"`
	Content    string              `json:"content"`
	Embeds     []discord.Embed     `json:"embeds"`
	Components []discord.Component `json:"components"`
	Ephemeral  bool                `json:"ephemeral"`
	Loading    bool                `json:"loading"`
	Posted     time.Time           `json:"posted"`
	Edited     bool                `json:"edited"`
	// Used is the command that the message answers, and UsedBy who used it.
	Used   string `json:"used,omitempty"`
	UsedBy string `json:"usedBy,omitempty"`
	// Quote is the message that it replies to.
	Quote *discordQuote `json:"quote,omitempty"`
	// Post is the post of a forum that the message is in.
	Post *discordPost `json:"post,omitempty"`
}

// discordQuote is a message as it stands above a reply to it. It is empty if the message is gone.
type discordQuote struct {
	ID     string `json:"id"`
	Author string `json:"author"`
	Text   string `json:"text"` // markdown
}

// discordForm is a dialog that waits to be filled in.
type discordForm struct {
	Opened string `json:"opened"` // the interaction
	discord.Modal
}

// telegramMessage adds what only a client knows.
type telegramMessage struct {
	telegram.Message
	Preview *preview `json:"preview,omitempty"`
	// Asks says that the visitor is asked for a reply, and Placeholder what the line says then.
	Asks        bool   `json:"asks,omitempty"`
	Placeholder string `json:"placeholder,omitempty"`
}

// preview is the card of a link below a message.
type preview struct {
	URL   string `json:"url"`
	Site  string `json:"site"`
	Title string `json:"title"`
	Text  string `json:"text"`
	Image string `json:"image,omitempty"`
	Large bool   `json:"large"`
}

// snapshot is all that a page needs to begin with.
type snapshot struct {
	Discord  discordSnapshot  `json:"discord"`
	Telegram telegramSnapshot `json:"telegram"`
}

type discordSnapshot struct {
	Guild    string           `json:"guild"`
	You      string           `json:"you"`
	Channels []place          `json:"channels"`
	Messages []discordMessage `json:"messages"`
}

type telegramSnapshot struct {
	You      int64                         `json:"you"`
	Chats    []telegramPlace               `json:"chats"`
	Messages []telegramMessage             `json:"messages"`
	Menus    map[string][]telegram.Command `json:"menus"`
}

// discordEvent and telegramEvent are changes; a message that is not gone is as it is now.
type (
	discordEvent struct {
		Gone    bool            `json:"gone,omitempty"`
		Message *discordMessage `json:"message,omitempty"`
		// Failed is a command that the bot did not answer, and Channel is where.
		Failed  string `json:"failed,omitempty"`
		Channel string `json:"channel,omitempty"`
		// Form is a dialog that the bot opens.
		Form *discordForm `json:"form,omitempty"`
	}
	telegramEvent struct {
		Gone    bool             `json:"gone,omitempty"`
		Message *telegramMessage `json:"message,omitempty"`
		Typing  int64            `json:"typing,omitempty"`
		// Menus are all menus, after one of them has changed.
		Menus map[string][]telegram.Command `json:"menus,omitempty"`
	}
)

// events streams what happens to one page: a snapshot, then every change. A page that connects again gets a new
// snapshot, so nothing has to be kept for it. An event may repeat what the snapshot already shows.
func (d *Demo) events(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	discord, telegram := d.discord.Watch(ctx), d.telegram.Watch(ctx)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := stream{w: w, flush: http.NewResponseController(w)}
	err := out.send("snapshot", d.snapshot())
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for err == nil {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
			err = out.comment()
		case e, ok := <-discord:
			if !ok {
				return
			}
			if event, shown := d.discordChange(e); shown {
				err = out.send("discord", event)
			}
		case e, ok := <-telegram:
			if !ok {
				return
			}
			if event, shown := d.telegramChange(e); shown {
				err = out.send("telegram", event)
			}
		}
	}
}

// stream writes server-sent events; html.spec.whatwg.org/multipage/server-sent-events.html.
type stream struct {
	w     http.ResponseWriter
	flush *http.ResponseController
}

func (s stream) send(event string, data any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("encode an event: %w", err)
	}
	if _, err := fmt.Fprintf(s.w, "event: %s\ndata: %s\n\n", event, body); err != nil {
		return err
	}
	return s.flush.Flush()
}

func (s stream) comment() error {
	if _, err := s.w.Write([]byte(":\n\n")); err != nil {
		return err
	}
	return s.flush.Flush()
}

func (d *Demo) snapshot() snapshot {
	s := snapshot{
		Discord:  discordSnapshot{Guild: placeName, You: youName, Channels: d.world.discord.channels},
		Telegram: telegramSnapshot{You: d.world.telegram.you.ID, Chats: d.world.telegram.chats, Menus: d.menus()},
	}
	for _, m := range d.discordMessages() {
		if d.world.discord.sees(&m) {
			s.Discord.Messages = append(s.Discord.Messages, *d.discordView(&m))
		}
	}
	for _, c := range d.world.telegram.chats {
		for _, m := range d.telegram.Messages(c.ID) {
			s.Telegram.Messages = append(s.Telegram.Messages, *d.telegramView(&m))
		}
	}
	return s
}

func (d *Demo) menus() map[string][]telegram.Command {
	menus := map[string][]telegram.Command{}
	for _, c := range d.world.telegram.chats {
		menus[fmt.Sprint(c.ID)] = d.telegram.Menu(d.world.telegram.you.ID, c.ID)
	}
	return menus
}

func (d *Demo) discordChange(e discord.Event) (event discordEvent, shown bool) {
	switch e.Kind {
	case discord.Posted, discord.Edited, discord.Deleted:
		event = discordEvent{Gone: e.Kind == discord.Deleted, Message: d.discordView(&e.Message)}
		return event, d.world.discord.sees(&e.Message)
	case discord.Failed:
		return discordEvent{Failed: invoked(&e.Invocation), Channel: e.ChannelID}, e.Invocation.User.ID == d.world.discord.you
	case discord.Asked:
		event = discordEvent{Form: &discordForm{Opened: e.Invocation.ID, Modal: *e.Modal}}
		return event, e.Invocation.User.ID == d.world.discord.you
	}
	return event, false
}

func (d *Demo) telegramChange(e telegram.Event) (event telegramEvent, shown bool) {
	switch e.Kind {
	case telegram.Sent, telegram.Edited, telegram.Deleted:
		return telegramEvent{Gone: e.Kind == telegram.Deleted, Message: d.telegramView(&e.Message)}, true
	case telegram.Typing:
		return telegramEvent{Typing: e.Chat}, true
	case telegram.MenuChanged:
		return telegramEvent{Menus: d.menus()}, true
	}
	return event, false
}

const commandInvocation = 2 // a slash command, in [discord.Invocation]

func (d *Demo) discordView(m *discord.Message) *discordMessage {
	v := &discordMessage{
		ID: m.ID, Channel: m.ChannelID, Author: m.Author.Name, Bot: m.Author.Bot, Content: m.Content,
		Components: m.Components, Ephemeral: m.EphemeralTo != "", Loading: m.Loading, Posted: m.Posted,
		Edited: !m.Edited.IsZero() && m.Interaction == nil,
	}
	v.Post = d.discordPost(m)
	for _, e := range m.Embeds {
		if e.Image != nil {
			e.Image = &discord.EmbedImage{URL: d.localPicture(e.Image.URL)}
		}
		v.Embeds = append(v.Embeds, e)
	}
	if i := m.Interaction; i != nil && i.Kind == commandInvocation {
		v.Used, v.UsedBy = invoked(i), i.User.Name
		v.Quote = d.discordQuote(i.Target)
	} else {
		v.Quote = d.discordQuote(m.ReplyTo)
	}
	return v
}

// invoked returns what somebody used as Discord's client names it.
func invoked(i *discord.Invocation) string {
	if i.Kind == commandInvocation && i.Target == "" {
		return "/" + i.Name
	}
	return i.Name
}

func (d *Demo) discordQuote(id string) *discordQuote {
	if id == "" {
		return nil
	}
	m, _ := d.discord.Message(id)
	q := &discordQuote{ID: id, Author: m.Author.Name, Text: m.Content}
	if len(m.Embeds) > 0 && q.Text == "" {
		q.Text = m.Embeds[0].Title
	}
	return q
}

func (d *Demo) telegramView(m *telegram.Message) *telegramMessage {
	v := &telegramMessage{Message: *m, Asks: m.Asks(d.world.telegram.you.ID)}
	if v.Asks {
		v.Placeholder = m.Force.Placeholder
	}
	s, ok := d.room.find(m.PreviewURL)
	large := m.LinkPreview != nil && m.LinkPreview.PreferLarge
	picture := d.localPicture(m.PreviewURL)
	switch {
	case picture != "":
		v.Preview = &preview{URL: m.PreviewURL, Image: picture, Large: large}
	case ok:
		v.Preview = &preview{URL: m.PreviewURL, Site: "Kestrel Wire", Title: s.title, Text: s.dek}
		if s.pictured {
			v.Preview.Image, v.Preview.Large = s.picture(), large
		}
	case m.PreviewURL != "" && m.From != nil && m.From.IsBot:
		if u, err := url.Parse(m.PreviewURL); err == nil {
			v.Preview = &preview{URL: m.PreviewURL, Site: u.Hostname(), Title: u.Hostname(), Text: u.Path}
		}
	}
	return v
}

// localPicture returns the path of one of the newsroom's pictures. Others are not shown: the page loads nothing
// from elsewhere.
func (d *Demo) localPicture(address string) string {
	path, ok := strings.CutPrefix(address, d.addrs.feed)
	if !ok || !strings.HasPrefix(path, picturePath) {
		return ""
	}
	return path
}
