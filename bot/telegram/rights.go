package telegram

import (
	"context"
	"strconv"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

const (
	// managerFor is how long somebody counts as a manager without asking again, and readerFor how long as a
	// reader: a new administrator tries again soon.
	managerFor = 3 * time.Minute
	readerFor  = 10 * time.Second
	maxKnown   = 10_000 // answers cached
)

// rights caches who manages which chat.
type rights struct {
	now func() time.Time

	mu    sync.Mutex // guards known
	known map[memberKey]cachedRight
}

type memberKey struct {
	chat, user int64
}

type cachedRight struct {
	manager bool
	asked   time.Time
}

func newRights(now func() time.Time) rights {
	return rights{now: now, known: map[memberKey]cachedRight{}}
}

func (r *rights) recall(who memberKey) (manager, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	right, ok := r.known[who]
	life := readerFor
	if right.manager {
		life = managerFor
	}
	return right.manager, ok && elapsed(right.asked, r.now()) < life
}

func (r *rights) remember(who memberKey, manager bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.known) >= maxKnown {
		clear(r.known)
	}
	r.known[who] = cachedRight{manager: manager, asked: r.now()}
}

// writerManages returns a check whether the author of a message manages its chat.
func (s *session) writerManages(m *message) func(context.Context) (bool, error) {
	switch {
	case m.Chat.Type == private, m.Chat.Type == channel, m.isAnonymous():
		return always
	case m.From == nil, m.SenderChat != nil: // writing as another chat proves nothing about this one
		return nil
	}
	return s.userManages(m.Chat, m.From.ID)
}

// userManages returns a check whether a person manages a chat.
func (s *session) userManages(chat *tgbotapi.Chat, user int64) func(context.Context) (bool, error) {
	if chat.Type == private {
		return always
	}
	who := memberKey{chat: chat.ID, user: user}
	return func(ctx context.Context) (bool, error) {
		if manager, ok := s.rights.recall(who); ok {
			return manager, nil
		}
		manager, err := s.askManages(ctx, who)
		if err == nil {
			s.rights.remember(who, manager)
		}
		return manager, err
	}
}

func always(context.Context) (bool, error) { return true, nil }

// askManages asks Telegram. It may refuse the first question to a bot that isn't an administrator itself, but not
// the second.
func (s *session) askManages(ctx context.Context, who memberKey) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	m, err := s.member(ctx, who.chat, who.user)
	if err == nil {
		return m.manages(), nil
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	var list []struct {
		User tgbotapi.User `json:"user"`
		member
	}
	params := tgbotapi.Params{"chat_id": strconv.FormatInt(who.chat, 10)}
	if err := s.client.call(ctx, "getChatAdministrators", params, &list); err != nil {
		return false, err
	}
	for _, m := range list {
		if m.User.ID == who.user {
			return m.manages(), nil
		}
	}
	return false, nil
}

func (s *session) member(ctx context.Context, chat, user int64) (member, error) {
	var m member
	err := s.client.call(ctx, "getChatMember", tgbotapi.Params{
		"chat_id": strconv.FormatInt(chat, 10), "user_id": strconv.FormatInt(user, 10),
	}, &m)
	return m, err
}

func (m *member) manages() bool { return m.Status == "creator" || m.Status == "administrator" }

// present reports whether somebody is in the chat.
func (m *member) present() bool {
	return m.Status != "left" && m.Status != "kicked" && (m.Status != "restricted" || m.IsMember)
}

// mayPost reports whether the bot's membership lets it post in a chat of the given type.
func (m *member) mayPost(chatType string) bool {
	switch {
	case !m.present():
		return false
	case chatType == channel:
		return m.manages() && (m.CanPostMessages == nil || *m.CanPostMessages)
	case m.Status == "restricted":
		return m.CanSendMessages == nil || *m.CanSendMessages
	}
	return true
}

// lacking returns a check which rights the bot lacks for posting in a chat, as Telegram's apps name them.
func (s *session) lacking(chat *tgbotapi.Chat) func(context.Context) ([]string, error) {
	if chat.Type == private {
		return nil
	}
	return func(ctx context.Context) ([]string, error) {
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		m, err := s.member(ctx, chat.ID, s.id)
		may := err == nil && m.mayPost(chat.Type)
		if may && chat.Type != channel && m.Status == "member" {
			may, err = s.allMayWrite(ctx, chat.ID)
		}
		switch {
		case isRefusal(err): // Telegram doesn't say; sending will show
			return nil, nil
		case err != nil, may:
			return nil, err
		case chat.Type == channel:
			return []string{"Post Messages"}, nil
		}
		return []string{"Send Messages"}, nil
	}
}

// CanSend asks Telegram whether the bot may post in a chat. Of a topic it can only ask for the chat.
func (a *Adapter) CanSend(ctx context.Context, to bot.Target) (ok bool, reason string, err error) {
	var chat struct {
		Type        string      `json:"type"`
		Permissions permissions `json:"permissions"`
	}
	params := tgbotapi.Params{"chat_id": to.Chat}
	if err := a.client.call(ctx, "getChat", params, &chat); err != nil {
		return cannotSend(ctx, err, to)
	}
	if chat.Type == private { // only a message shows whether the bot is blocked
		return true, "", nil
	}
	var self member
	params["user_id"] = strconv.FormatInt(a.id, 10)
	if err := a.client.call(ctx, "getChatMember", params, &self); err != nil {
		return cannotSend(ctx, err, to)
	}
	if self.mayPost(chat.Type) && (chat.Type == channel || self.Status != "member" || chat.Permissions.mayWrite()) {
		return true, "", nil
	}
	return false, leftReason(chat.Type, &self), nil
}

// cannotSend reads the answer from the refusal of the question.
func cannotSend(ctx context.Context, err error, to bot.Target) (ok bool, reason string, _ error) {
	refusal := sendError(ctx, err, to)
	if refusal.Kind == bot.TargetGone {
		return false, refusal.Reason, nil
	}
	return false, "", refusal
}

// permissions are the rights of members who aren't administrators. One that is absent is granted.
type permissions struct {
	CanSendMessages *bool `json:"can_send_messages"`
}

func (p *permissions) mayWrite() bool { return p.CanSendMessages == nil || *p.CanSendMessages }

// allMayWrite reports whether a group lets ordinary members write.
func (s *session) allMayWrite(ctx context.Context, chat int64) (bool, error) {
	var c struct {
		Permissions permissions `json:"permissions"`
	}
	err := s.client.call(ctx, "getChat", tgbotapi.Params{"chat_id": strconv.FormatInt(chat, 10)}, &c)
	return err == nil && c.Permissions.mayWrite(), err
}

// onMembership reports to the handler that the bot was removed from a chat, lost the right to post there, or is back.
func (s *session) onMembership(ctx context.Context, c *memberChange) {
	p := bot.Presence{Kind: bot.Back, Scope: chatTarget(c.Chat.ID)}
	if !c.New.mayPost(c.Chat.Type) {
		p.Kind, p.Reason = bot.Left, leftReason(c.Chat.Type, &c.New)
	}
	if c.Chat.Type != private && !c.Old.present() && c.New.present() {
		p.Arrival = s.arrival(ctx, c)
	}
	s.report(ctx, p)
}

// arrival returns what is known of a chat that somebody has just added the bot to.
func (s *session) arrival(ctx context.Context, c *memberChange) *bot.Arrival {
	a := &bot.Arrival{Name: c.Chat.Title, Audience: c.Chat.Type == channel}
	if c.From != nil && !c.From.IsBot {
		a.By = strconv.FormatInt(c.From.ID, 10)
	}
	lacking, err := s.lacking(&c.Chat)(ctx)
	if err != nil {
		s.log.WarnContext(ctx, "rights not known on arrival", "chat", c.Chat.ID, "err", err)
	}
	if a.Lacking = lacking; c.New.mayPost(c.Chat.Type) && len(lacking) == 0 {
		a.Greet = chatTarget(c.Chat.ID)
	}
	return a
}

// leftReason says why the bot can't post in a chat of the given type.
func leftReason(chatType string, self *member) string {
	place := "group"
	if chatType == channel {
		place = "channel"
	}
	switch {
	case chatType == private:
		return "the bot was blocked by the user"
	case self.present() && place == channel:
		return "the bot may not post in the channel"
	case self.present():
		return "the bot may not write in the group"
	}
	return "the bot was removed from the " + place
}
