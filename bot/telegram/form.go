package telegram

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tidings/bot"
)

const (
	// formLife is how long a form stays open for replies to the question, and formAttention how long for anything that
	// the person writes in a private chat.
	formLife      = 30 * 24 * time.Hour
	formAttention = time.Hour
	// maxPlaceholder is core.telegram.org/bots/api#forcereply.
	maxPlaceholder = 64
	// formFrame is the space reserved for the parts of a form other than its initial text.
	formFrame = 1000
	maxName   = 64
	// cancelCommand ends a form without filling it in, as every other command does.
	cancelCommand = "cancel"
)

// forceReply is core.telegram.org/bots/api#forcereply.
type forceReply struct {
	Force       bool   `json:"force_reply"`
	Placeholder string `json:"input_field_placeholder,omitempty"`
	Selective   bool   `json:"selective"`
}

// forms keeps the open forms: for each person in a chat, the newest. It is bounded by the number of people who were ever
// asked.
type forms struct {
	state bot.State
	bot   int64
	now   func() time.Time
}

// openForm is a form that hasn't been filled in yet.
type openForm struct {
	Message string   `json:"message"`           // that asks
	Earlier []string `json:"earlier,omitempty"` // messages that asked before it, whose replies had a mistake
	// Behind is the message with the button that led to the form and whose buttons are spent once it is filled in, or 0.
	Behind int       `json:"behind,omitempty"`
	Data   string    `json:"data"`
	Max    int       `json:"max"`
	Until  time.Time `json:"until"`
	// Attentive is until when it is filled in without a reply, where only two write.
	Attentive time.Time `json:"attentive,omitzero"`
}

// maxEarlier is how many questions of a form are remembered.
const maxEarlier = 20

// asked returns the messages that asked.
func (f *openForm) asked() []string {
	list := append(slices.Clone(f.Earlier), f.Message)
	return list[max(0, len(list)-maxEarlier):]
}

func (f *forms) key(chat int64, user string) string {
	return fmt.Sprintf("telegram.form.%d.%d.%s", f.bot, chat, user)
}

// find returns a person's open form in a chat.
func (f *forms) find(ctx context.Context, chat int64, user string) (form openForm, found bool, err error) {
	text, err := f.state.State(ctx, f.key(chat, user))
	if err != nil || text == "" {
		return form, false, err
	}
	if err := json.Unmarshal([]byte(text), &form); err != nil {
		return form, false, fmt.Errorf("read a form: %w", err)
	}
	return form, f.now().Before(form.Until), nil
}

// open opens a form in place of any other.
func (f *forms) open(ctx context.Context, chat int64, user string, form openForm) error {
	now := f.now()
	form.Until, form.Attentive = now.Add(formLife), now.Add(formAttention)
	return f.reopen(ctx, chat, user, form)
}

// reopen opens a form once more as it was.
func (f *forms) reopen(ctx context.Context, chat int64, user string, form openForm) error {
	return f.state.SetState(ctx, f.key(chat, user), encode(form))
}

// end closes a person's form.
func (f *forms) end(ctx context.Context, chat int64, user string) error {
	return f.state.SetState(ctx, f.key(chat, user), "")
}

// question is a message with a form, and the one person it is for.
type question struct {
	bot.Message
	user    bot.User
	replyTo int // what the person wrote, or 0
	// mention names the person in the question, where it doesn't reply to them.
	mention bool
	earlier []string // messages that asked before
	behind  int      // the message with the button that was pressed, or 0
}

// ask posts a question next to m, and opens its form. It reports whether the question got through.
func (s *session) ask(ctx context.Context, m *message, q question) (asked bool) {
	posted, ok := s.deliver(ctx, m, s.renderQuestion(q, m.Chat.Type), q.replyTo)
	if !ok || posted.MessageID == "" {
		return false
	}
	s.await(ctx, m.Chat.ID, posted.MessageID, q)
	return true
}

// await opens the form of a question that a message asks, if it can be answered in writing.
func (s *session) await(ctx context.Context, chat int64, message string, q question) {
	if len(q.Form.Options) > 0 && q.Form.Max == 0 {
		return
	}
	form := openForm{Message: message, Earlier: q.earlier, Behind: q.behind, Data: q.Form.Data, Max: q.Form.Max}
	if err := s.forms.open(ctx, chat, q.user.ID, form); err != nil {
		s.log.ErrorContext(ctx, "form not kept", "err", err)
	}
}

// offerOptions asks in place of the message with the button that was pressed.
func (s *session) offerOptions(ctx context.Context, m *message, q question) {
	asks := bot.Message{Text: s.questionText(q), Buttons: optionRows(q.Message)}
	s.replace(ctx, m, asks)
	s.await(ctx, m.Chat.ID, strconv.Itoa(m.MessageID), q)
}

// Options stand side by side, a few in a row, as far as their labels are read then.
const (
	optionColumns = 3
	optionWidth   = 30 // characters in a row
)

// optionRows returns the options of a form as buttons, above those of the message. Where a mistake is asked about again, the
// question stands there already.
func optionRows(m bot.Message) [][]bot.Button {
	var rows [][]bot.Button
	width := 0
	for _, o := range m.Form.Options {
		n := utf8.RuneCountInString(o.Label)
		last := len(rows) - 1
		if last < 0 || len(rows[last]) == optionColumns || width+n > optionWidth {
			rows, width = append(rows, nil), 0
			last++
		}
		rows[last], width = append(rows[last], o), width+n
	}
	if m.Mistake {
		return rows
	}
	return append(rows, m.Buttons...)
}

// questionText asks what a form asks. The initial text can be copied from it.
func (s *session) questionText(q question) bot.Text {
	form := q.Form
	text := form.Title.Styled(bot.Bold)
	if !q.Text.Empty() {
		text = bot.Join(text, bot.Plain("\n"), q.Text.Shorten(formFrame/2, func(s bot.Span) int { return units(s.Text) }))
	}
	if len(form.Options) > 0 {
		if form.Max == 0 {
			return text
		}
		return bot.Join(text, bot.Plain("\n\n"), s.say(q.Message, bot.Say("Pick one, or reply to this message with your own.")))
	}
	var value bot.Text
	if form.Value != "" {
		value = bot.Styled(form.Value, bot.Code).Shorten(maxText-formFrame, func(s bot.Span) int { return units(s.Text) })
	}
	return bot.Join(text, bot.Plain("\n\n"), s.say(q.Message, bot.Labeled(form.Label, value)), bot.Plain("\n\n"),
		s.say(q.Message, bot.Say("Reply to this message with the new text, or send /%s.", cancelCommand)))
}

// renderQuestion renders a form as a message to reply to, with its options as buttons.
func (s *session) renderQuestion(q question, chatType string) rendered {
	r := s.render(bot.Message{Text: s.questionText(q)})
	r.keyboard = nil
	switch {
	case len(q.Form.Options) > 0:
		r.keyboard = buttons(optionRows(q.Message))
	case chatType != channel: // where Telegram does not have it
		placeholder := shorten(tidy(q.Form.Label), maxPlaceholder, nil).String()
		r.force = &forceReply{Force: true, Placeholder: placeholder, Selective: true}
	}
	if _, err := strconv.ParseInt(q.user.ID, 10, 64); q.mention && err == nil {
		name := shorten(tidy(bot.Plain(q.user.Name)), maxName, nil)
		r.html = `<a href="tg://user?id=` + q.user.ID + `">` + markup(name) + "</a>, " + r.html
		r.plain = name.String() + ", " + r.plain
	}
	return r
}

// checkForm matches m with its author's open form. If m fills it in, it changes inv accordingly and reports true. If
// something else is to be answered, it returns that. A command closes the form; other text fills it in if it replies to
// the question, and in a private chat always.
func (s *session) checkForm(
	ctx context.Context, m *message, inv *bot.Invocation,
) (instead *bot.Message, filled *openForm) {
	isCommand := isCommandText(m.command())
	if m.command() == "" || !isCommand && m.repliesTo() == 0 && m.Chat.Type != private {
		return nil, nil
	}
	form, waits, err := s.forms.find(ctx, m.Chat.ID, inv.User.ID)
	if err != nil {
		s.log.ErrorContext(ctx, "form not read", "err", err)
	}
	cancels := isCommand && inv.Command == cancelCommand
	switch line := formLine(m.Text); {
	case !waits && cancels && m.Chat.Type == private:
		return &bot.Message{Text: bot.Localize(ctx, s.handler, *inv, bot.Say("There is nothing to cancel."))}, nil
	case !waits && cancels: // it is for another bot
		return &bot.Message{}, nil
	case !waits, !isCommand && m.repliesTo() != 0 && !slices.Contains(form.asked(), inv.ReplyTo):
		return nil, nil
	case !isCommand && m.repliesTo() == 0 && !s.now().Before(form.Attentive):
		return nil, nil
	case !isCommand && form.Max > 0 && utf8.RuneCountInString(line) > form.Max:
		return &bot.Message{Text: bot.Localize(ctx, s.handler, *inv, bot.Say("That's too long: %d characters, and the limit is %d. Reply to the question "+
			"with a shorter text, or send /%s.", utf8.RuneCountInString(line), form.Max, cancelCommand))}, nil
	case !isCommand:
		inv.Command, inv.Line, inv.Data, inv.ReplyTo = "", line, form.Data, ""
		filled = &form
	case cancels:
		instead = &bot.Message{Text: bot.Localize(ctx, s.handler, *inv, bot.Say("Nothing changed."))}
	}
	if err := s.forms.end(ctx, m.Chat.ID, inv.User.ID); err != nil {
		s.log.ErrorContext(ctx, "form not ended", "err", err)
	}
	return instead, filled
}

// formLine returns a text on one line.
func formLine(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(text, "\n", " "))
}
