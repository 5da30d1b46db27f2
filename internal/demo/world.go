package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tidings/internal/sandbox/discord"
	"tidings/internal/sandbox/telegram"
)

// Names in both chats.
const (
	placeName     = "Newsroom"
	youName       = "you"
	colleagueName = "Mira"
)

// colleagueFilter is what the colleague has subscribed the chats to, so that news arrives from the start and
// `/subscribe missile` still changes something.
const colleagueFilter = "congress OR parade OR sanctions OR budget OR summit"

// world is who and what is in the two chats.
type world struct {
	discord  discordWorld
	telegram telegramWorld
}

type discordWorld struct {
	guild          string
	channels       []place
	you, colleague string
}

type telegramWorld struct {
	chats          []telegramPlace
	you, colleague telegram.User
}

// place is a Discord channel of the page.
type place struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Forum says that it has posts, and the messages are in those.
	Forum bool `json:"forum,omitempty"`
}

// telegramPlace is a Telegram chat of the page.
type telegramPlace struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Private bool   `json:"private"`
}

// buildDiscord makes a guild with two channels and a forum, which you and the colleague manage.
func buildDiscord(d *discord.StandIn) discordWorld {
	w := discordWorld{guild: d.AddGuild(placeName), you: d.AddUser(youName), colleague: d.AddUser(colleagueName)}
	for _, name := range []string{"alerts", "general"} {
		w.channels = append(w.channels, place{ID: d.AddChannel(w.guild, name), Name: name})
	}
	forum := d.AddForum(w.guild, "stories", discord.ForumRules{Tags: forumTags()})
	w.channels = append(w.channels, place{ID: forum, Name: "stories", Forum: true})
	for _, c := range w.channels {
		for _, user := range []string{w.you, w.colleague} {
			d.SetMemberPermissions(c.ID, user, discord.MemberDefault|discord.ManageGuild|discord.ManageChannels)
		}
	}
	return w
}

// forumTags returns the tags of the forum: those of all stories.
func forumTags() []discord.Tag {
	var tags []discord.Tag
	for _, d := range slices.Concat(missileDrafts(), otherDrafts()) {
		for _, name := range d.tags {
			if tag := (discord.Tag{Name: name}); !slices.Contains(tags, tag) {
				tags = append(tags, tag)
			}
		}
	}
	return tags
}

// buildTelegram makes a group, which you made and the colleague helps to run, and your chat with the bot.
func buildTelegram(t *telegram.StandIn) (telegramWorld, error) {
	w := telegramWorld{
		you:       t.AddUser(telegram.User{FirstName: youName, Language: "en"}),
		colleague: t.AddUser(telegram.User{FirstName: colleagueName, Language: "en"}),
	}
	group, err := t.AddSupergroup(placeName, w.you.ID)
	if err != nil {
		return w, fmt.Errorf("make the group: %w", err)
	}
	if err := t.SetMember(group.ID, w.colleague.ID, telegram.Administrator); err != nil {
		return w, fmt.Errorf("make the colleague an administrator: %w", err)
	}
	w.chats = []telegramPlace{
		{ID: group.ID, Name: placeName},
		{ID: w.you.ID, Name: t.Bot().FirstName, Private: true},
	}
	return w, nil
}

// named returns a line in which channels and people stand by their ids, as Discord's client puts them for the names picked there.
func (w *discordWorld) named(line string) string {
	picks := map[string]string{"mention:@" + youName: w.you, "mention:@" + colleagueName: w.colleague}
	for _, c := range w.channels {
		picks["channel:#"+c.Name] = c.ID
	}
	words := strings.Split(line, " ")
	for i, word := range words {
		if id, ok := picks[word]; ok {
			option, _, _ := strings.Cut(word, ":")
			words[i] = option + ":" + id
		}
		if i == 0 {
			continue
		}
		if id, ok := picks[strings.TrimSuffix(words[i-1], ":")+":"+word]; ok {
			words[i] = id
		}
	}
	return strings.Join(words, " ")
}

// sees reports whether a Discord message is for your eyes.
func (w *discordWorld) sees(m *discord.Message) bool {
	return m.EphemeralTo == "" || m.EphemeralTo == w.you
}

// settleIn is how long the opening scene may take before the news goes on without it.
const settleIn = 5 * time.Second

// open plays the opening scene: the colleague subscribes both chats. It returns once the bot has answered, or
// is too slow to wait for.
func (d *Demo) open(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, settleIn)
	defer cancel()
	telegram := d.telegram.Watch(ctx)
	if err := d.openTelegram(ctx, telegram); err != nil {
		d.log.Debug("opening scene cut short", "platform", "telegram", "err", err)
	}
	if err := d.openDiscord(ctx); err != nil {
		d.log.Debug("opening scene cut short", "platform", "discord", "err", err)
	}
}

func (d *Demo) openDiscord(ctx context.Context) error {
	w := &d.world.discord
	if err := d.discord.WaitReady(ctx); err != nil {
		return err
	}
	if err := d.discord.WaitCommands(ctx, "subscribe"); err != nil {
		return err
	}
	alerts := w.channels[0].ID
	for _, line := range []string{"/subscribe " + colleagueFilter, "/subscribe channel:#stories " + colleagueFilter} {
		it, err := runLine(ctx, d.discord, w.colleague, alerts, w.named(line))
		if err != nil {
			return err
		}
		if _, err := it.Reply(ctx); err != nil {
			return err
		}
	}
	d.discord.Say(w.colleague, alerts, "This channel follows the politics desk now. Add what you like with /subscribe.")
	return nil
}

func (d *Demo) openTelegram(ctx context.Context, events <-chan telegram.Event) error {
	w := &d.world.telegram
	group := w.chats[0].ID
	if _, err := d.telegram.Say(w.colleague.ID, group, 0, "/subscribe "+colleagueFilter); err != nil {
		return err
	}
	for e := range events {
		if e.Kind == telegram.Sent && e.Chat == group && e.Message.From != nil && e.Message.From.IsBot {
			return nil
		}
	}
	return errors.Join(ctx.Err(), errors.New("the bot said nothing"))
}

// operators returns who may do what only those who run the bot may.
func (w *world) operators() []string {
	return []string{"discord:" + w.discord.you, fmt.Sprintf("telegram:%d", w.telegram.you.ID)}
}

// isCommand reports whether a line is meant for a bot.
func isCommand(line string) bool { return strings.HasPrefix(line, "/") && len(line) > 1 }
