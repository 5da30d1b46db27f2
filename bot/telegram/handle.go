package telegram

import (
	"context"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/internal/lazyregexp"
)

const (
	// handleTimeout bounds the work on one update, so that it can't delay its chat for long.
	handleTimeout = 2 * time.Minute
	// maxHands is how many updates the handler works on at a time. Waiting for a chat's limits isn't such work.
	maxHands = 64
)

// commandForm is "/name", perhaps "@bot", and the rest of the text. Telegram ends the name at a colon or comma, too.
var commandForm = lazyregexp.New(`(?s)^/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]+))?[:,]?(?:\s+(.*))?$`)

func isCommandText(text string) bool { return commandForm.MatchString(text) }

// handle does what an update asks for.
func (s *session) handle(ctx context.Context, t *task) {
	ctx, cancel := context.WithTimeout(ctx, handleTimeout)
	defer cancel()
	defer func() {
		if fault := recover(); fault != nil {
			s.logPanic(ctx, fault)
		}
	}()
	switch u := &t.update; {
	case u.BotMember != nil:
		s.onMembership(ctx, u.BotMember)
	case u.Callback != nil:
		s.onPress(ctx, u.Callback, t.ack)
	case u.message() != nil:
		s.onMessage(ctx, u.message())
	}
}

func (s *session) logPanic(ctx context.Context, fault any) {
	s.log.ErrorContext(ctx, "panic while handling an update", "fault", fault, "stack", string(debug.Stack()))
}

// onMessage follows a migration, and answers a command or a filled-in form.
func (s *session) onMessage(ctx context.Context, m *message) {
	switch {
	case m.MigrateToChatID != 0:
		s.onMigration(ctx, m.Chat.ID, m.MigrateToChatID)
		return
	case m.MigrateFromChatID != 0:
		s.onMigration(ctx, m.MigrateFromChatID, m.Chat.ID)
		return
	case m.TopicReopened != nil:
		s.report(ctx, bot.Presence{Kind: bot.Back, Scope: m.target()})
		return
	}
	name, line, ok := s.command(m)
	if !ok && isCommandText(m.command()) {
		return // it's for another bot
	}
	inv := bot.Invocation{
		Target: m.target(), User: m.author(), Direct: m.Chat.Type == private, Private: m.Chat.Type == private || m.EphemeralID != 0,
		Command: name, Line: line, Manager: s.writerManages(m), Lacking: s.lacking(m.Chat), Language: m.language(),
		ChatName: chatName(m.Chat),
	}
	inv.File, inv.Mentioned, inv.MayMention = s.file(m), m.mentioned(), s.mayMention(m.Chat)
	if n := m.repliesTo(); n != 0 {
		inv.ReplyTo = strconv.Itoa(n)
	}
	if m.pointsAtChannel() {
		inv.Command, inv.Line, inv.At = channel, m.fromChannel(), s.at(inv)
		s.answer(ctx, m, s.invoke(ctx, inv))
		return
	}
	switch {
	case inv.Direct:
		inv.At = s.at(inv)
	case m.Chat.Type == channel && m.isPoster():
		inv.Place = placeName(m.Chat) // the answer is read elsewhere
	}
	instead, filled := s.checkForm(ctx, m, &inv)
	switch {
	case instead != nil:
		s.answer(ctx, m, *instead)
	case filled != nil:
		s.answerForm(ctx, m, *filled, s.invoke(ctx, inv))
	case ok:
		answer := s.invoke(ctx, inv)
		if answer.Mistake {
			s.mistakes.add(m.mistake(), s.now())
		}
		s.answer(ctx, m, answer)
	}
}

// answerForm answers a filled-in form. After a mistake it stays open: a new question asks, or the old one still does.
func (s *session) answerForm(ctx context.Context, m *message, form openForm, answer bot.Message) {
	switch {
	case answer.Mistake && answer.Form != nil:
		q := question{Message: answer, user: m.author(), earlier: form.asked(), behind: form.Behind}
		if m.Chat.Type != private && m.Chat.Type != channel {
			q.replyTo = m.MessageID
		}
		s.ask(ctx, m, q)
		return
	case answer.Mistake:
		form.Attentive = time.Time{} // what follows may be about anything
		if err := s.forms.reopen(ctx, m.Chat.ID, m.author().ID, form); err != nil {
			s.log.ErrorContext(ctx, "form not kept", "err", err)
		}
	default:
		defer s.removeButtons(ctx, m, form.Behind)
	}
	s.answer(ctx, m, answer)
}

// answer answers what somebody wrote.
func (s *session) answer(ctx context.Context, m *message, answer bot.Message) {
	if m.EphemeralID != 0 && m.From != nil {
		s.whisper(ctx, occasion{message: m, person: m.From}, answer)
		return
	}
	if m.Chat.Type == channel {
		s.answerPost(ctx, m, answer)
		return
	}
	replyTo := 0
	if m.Chat.Type != private {
		replyTo = m.MessageID
	}
	if answer.Form != nil {
		s.ask(ctx, m, question{Message: answer, user: m.author(), replyTo: replyTo})
		return
	}
	if posted, ok := s.reply(ctx, m, answer, replyTo); ok && m.Chat.Type != private {
		s.tidy(ctx, m, posted, answer)
	}
}

// onMigration reports that a group has become a supergroup. Both chats say so; one report is enough.
func (s *session) onMigration(ctx context.Context, from, to int64) {
	if _, reported := s.moves.LoadOrStore([2]int64{from, to}, true); reported {
		return
	}
	s.report(ctx, bot.Presence{Kind: bot.Moved, Scope: chatTarget(from), To: chatTarget(to)})
}

func (s *session) report(ctx context.Context, p bot.Presence) {
	s.hand(ctx, func() { s.handler.Presence(ctx, p) })
}

// command parses a text. In a group, only the bot's own commands count, or any with its name behind it. In a private
// chat everything does: a list of feeds asks to follow them, and what else isn't a command is read by [bot.CommandInWords].
func (s *session) command(m *message) (name, line string, ok bool) {
	alone := m.Chat.Type == private
	text := m.command()
	parts := commandForm.FindStringSubmatch(text)
	if parts == nil && m.bringsFeeds() && !bot.BeginsWithAddress(text) {
		return "import", "", true
	}
	if parts == nil {
		name, line = bot.CommandInWords(text)
		return name, line, alone && text != ""
	}
	name, line = strings.ToLower(parts[1]), strings.TrimSpace(parts[3])
	if to := parts[2]; to != "" {
		return name, line, strings.EqualFold(to, s.username)
	}
	return name, line, alone || s.isCommand(name)
}

// invoke calls the handler, and turns a panic into an answer.
func (s *session) invoke(ctx context.Context, inv bot.Invocation) (answer bot.Message) {
	defer func() {
		if fault := recover(); fault != nil {
			s.logPanic(ctx, fault)
			answer = bot.Message{Text: bot.Localize(ctx, s.handler, inv, bot.Say("Something went wrong. Please try again later."))}
		}
	}()
	s.hand(ctx, func() { answer = s.handler.Invoke(ctx, inv) })
	return answer
}

// say returns words of the adapter's own in the language of the message that they go with.
func (s *session) say(m bot.Message, words bot.Text) bot.Text {
	return bot.Translate(s.handler, m, words)
}

// hand calls the handler once fewer than maxHands calls are in progress, unless ctx ends first.
func (s *session) hand(ctx context.Context, call func()) {
	select {
	case s.hands <- struct{}{}:
		defer func() { <-s.hands }()
		call()
	case <-ctx.Done():
	}
}

// onPress answers a pressed button: first the query, then the message is edited.
func (s *session) onPress(ctx context.Context, c *callback, ack *ack) {
	m := c.Message
	inv := bot.Invocation{
		Target: m.target(), User: person(c.From), Direct: m.Chat.Type == private, Private: m.Chat.Type == private || m.EphemeralID != 0,
		Data: c.Data, Manager: s.userManages(m.Chat, c.From.ID), Lacking: s.lacking(m.Chat), MayMention: s.mayMention(m.Chat),
		Language: c.From.LanguageCode, ChatName: chatName(m.Chat),
	}
	inv.At = s.at(inv)
	answer := s.invoke(ctx, inv)
	if answer.Notice {
		if units(answer.Text.String()) > maxNotice {
			s.answerAtLength(ctx, c, ack, answer)
			return
		}
		if !ack.answer(ctx, notice(answer.Text)) {
			s.answerPrivately(ctx, c.From, bot.Message{Text: answer.Text})
		}
		if answer.Spent {
			s.removeButtons(ctx, m, m.MessageID)
		}
		return
	}
	ack.answer(ctx, "")
	if m.EphemeralID != 0 {
		s.answerEphemeralPress(ctx, occasion{message: m, person: c.From, query: c.ID}, answer)
		return
	}
	switch {
	case answer.Form == nil:
		s.replace(ctx, m, answer)
	case len(answer.Form.Options) > 0:
		s.offerOptions(ctx, m, question{Message: answer, user: person(c.From)})
	default:
		s.ask(ctx, m, question{Message: answer, user: person(c.From), mention: m.Chat.Type != private, behind: m.MessageID})
	}
}

// replace edits the message with the button. If that can't be edited any more, the answer is a new message.
func (s *session) replace(ctx context.Context, m *message, answer bot.Message) {
	if isEmpty(answer) {
		return
	}
	to := m.target()
	err := s.insist(ctx, to, func(ctx context.Context) error {
		return s.change(ctx, to, bot.Receipt{MessageID: strconv.Itoa(m.MessageID)}, answer)
	})
	if kindOf(err) == bot.Unsendable {
		s.reply(ctx, m, answer, 0)
		return
	}
	if err != nil {
		s.log.WarnContext(ctx, "message not changed", "target", to.String(), "err", err)
	}
}

// answerAtLength answers a press for the presser alone with more than fits into a notice: in private, or with as much as fits.
func (s *session) answerAtLength(ctx context.Context, c *callback, ack *ack, answer bot.Message) {
	switch {
	case c.Message.Chat.Type == private:
		ack.answer(ctx, "")
		s.reply(ctx, c.Message, bot.Message{Text: answer.Text}, 0)
	case s.answerPrivately(ctx, c.From, bot.Message{Text: answer.Text}):
		ack.answer(ctx, notice(bot.Say("I've written to you in our private chat.")))
	default:
		ack.answer(ctx, notice(answer.Text))
	}
}
