package telegram

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

var (
	_ bot.Inviter    = (*Adapter)(nil)
	_ bot.DeepLinker = (*Adapter)(nil)
)

// Invitations returns the links that add the bot to a group, where it needs no rights but those of a member, and to a
// channel, where it is an administrator who may post. https://core.telegram.org/api/links#groupchannel-bot-links
func (a *Adapter) Invitations() []bot.Invitation {
	address := a.profileAddress()
	if address == "" {
		return nil
	}
	return []bot.Invitation{
		{To: "a group", URL: address + "?startgroup=hello"},
		{To: "a channel", URL: address + "?startchannel&admin=post_messages"},
	}
}

// StartLink returns the address of the private chat with a payload. https://core.telegram.org/api/links#bot-links
func (a *Adapter) StartLink(payload string) string {
	address := a.profileAddress()
	if address == "" {
		return ""
	}
	return address + "?start=" + url.QueryEscape(payload)
}

// profileAddress returns the bot's address, or "" before Telegram has said who it is.
func (a *Adapter) profileAddress() string {
	name := a.username.Load()
	if name == nil {
		return ""
	}
	return "https://t.me/" + url.PathEscape(*name)
}

// profileTimeout bounds how long the menus wait for one text of the profile.
const profileTimeout = 5 * time.Second

// profileText is one of the bot's descriptions, and the methods that read and set it.
type profileText struct {
	get, set, field, text string
}

func profileTexts() []profileText {
	return []profileText{
		{get: "getMyDescription", set: "setMyDescription", field: "description", text: bot.Description},
		{get: "getMyShortDescription", set: "setMyShortDescription", field: "short_description", text: bot.ShortDescription},
	}
}

// describe sets the descriptions on the bot's profile where they are others, and once: what operators write there later
// stays. What fails is tried again at the next start.
func (s *session) describe(ctx context.Context) {
	sum := sha256.Sum256([]byte(bot.ShortDescription + "\n" + bot.Description))
	hash, key := hex.EncodeToString(sum[:]), fmt.Sprintf("telegram.profile.%d", s.id)
	if last, err := s.state.State(ctx, key); err != nil || last == hash {
		return
	}
	for _, t := range profileTexts() {
		if err := s.setText(ctx, t); err != nil {
			if ctx.Err() == nil {
				s.log.WarnContext(ctx, "profile not set", "method", t.set, "err", err)
			}
			return
		}
	}
	if err := s.state.SetState(ctx, key, hash); err != nil {
		s.log.WarnContext(ctx, "hash of the profile not kept", "err", err)
	}
}

// setText sets one text unless it reads so already.
func (s *session) setText(ctx context.Context, t profileText) error {
	ctx, cancel := context.WithTimeout(ctx, profileTimeout)
	defer cancel()
	now := map[string]string{}
	if err := s.client.call(ctx, t.get, nil, &now); err != nil || now[t.field] == t.text {
		return err
	}
	return s.client.call(ctx, t.set, tgbotapi.Params{t.field: t.text}, nil)
}
