package console

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"

	"tidings/bot"
)

// action turns a form into what a chat's command would be.
type action func(x *exchange) (bot.Invocation, error)

// platformName is where commands come from that are about no chat.
const platformName = "console"

// command returns a command on behalf of an operator who is signed in: about a chat, or about none.
func command(name string, at bot.Target, options map[string]string) bot.Invocation {
	if at.Platform == "" {
		at.Platform = platformName
	}
	if options == nil {
		options = map[string]string{}
	}
	return bot.Invocation{Target: at, Command: name, Options: options}
}

// act carries out what a form asks for, and leads back to the page that it is on, which says the answer.
func (c *Console) act(ctx context.Context, x *exchange, do action) {
	inv, err := do(x)
	if err != nil {
		c.fail(ctx, x, err)
		return
	}
	m := c.invoke(ctx, x.visitor, inv)
	if m.File != nil {
		sendFile(x, m.File)
		return
	}
	c.say(ctx, x, inv.Target, m)
}

// deed is something that no command of a chat does.
type deed func(ctx context.Context, x *exchange) (bot.Message, error)

// carryOut does what a form asks for, and leads back likewise.
func (c *Console) carryOut(ctx context.Context, x *exchange, do deed) {
	m, err := do(ctx, x)
	c.cfg.Logger.InfoContext(ctx, "console action", "by", x.visitor.who, "path", x.URL.Path, "err", err)
	if fault, ok := errors.AsType[*bot.UserError](err); ok {
		m, err = bot.Message{Text: fault.Text, Mistake: true}, nil
	}
	if err != nil {
		c.fail(ctx, x, err)
		return
	}
	c.say(ctx, x, bot.Target{}, m)
}

// invoke hands a command to what answers those of chats, with the rights of an operator, and keeps in the log who it was.
func (c *Console) invoke(ctx context.Context, v visitor, inv bot.Invocation) bot.Message {
	m := c.cfg.Bot.Handler().Invoke(ctx, onBehalf(v, inv))
	c.cfg.Logger.InfoContext(ctx, "console action", "by", v.who, "command", inv.Command, "button", inv.Data, "target", inv.Target.String(),
		"refused", m.Mistake)
	return m
}

// onBehalf gives a command the rights of an operator, who is a user of the chat's platform or, as far as that knows, nobody.
func onBehalf(v visitor, inv bot.Invocation) bot.Invocation {
	inv.Operator, inv.Private, inv.User = true, true, bot.User{Name: v.who}
	if platform, id, ok := strings.Cut(v.who, ":"); ok && platform == inv.Target.Platform {
		inv.User.ID = id
	}
	inv.Manager = func(context.Context) (bool, error) { return true, nil }
	return inv
}

// say leads back, where the next page says m.
func (c *Console) say(ctx context.Context, x *exchange, at bot.Target, m bot.Message) {
	c.sayOn(ctx, x, back(x), at, m)
}

// sayOn leads to a page that says m.
func (c *Console) sayOn(ctx context.Context, x *exchange, page string, at bot.Target, m bot.Message) {
	text, err := json.Marshal(newAnswered(at, m, page))
	if err == nil {
		err = c.cfg.Sessions.cfg.Store.SetSessionMessage(ctx, x.visitor.key, string(text))
	}
	if err != nil {
		c.fail(ctx, x, err)
		return
	}
	redirect(x.w, x.Request, page)
}

// back returns the page that a form is on.
func back(x *exchange) string { return localPath(x.FormValue("back")) }

// answered is what the bot answered to an action, as the next page shows it.
type answered struct {
	At      bot.Target
	Text    bot.Text // in English, and without its phrases
	Mistake bool
	Buttons []bot.Button
	Form    *answerForm
	Back    string // the page that it is shown on
}

// answerForm is what an answer asks to fill in.
type answerForm struct {
	Title, Label, Value, Data string
	Max                       int
}

func newAnswered(at bot.Target, m bot.Message, back string) answered {
	a := answered{At: at, Mistake: m.Mistake, Back: back}
	for _, s := range m.Text {
		s.Phrase = nil
		a.Text = append(a.Text, s)
	}
	for _, b := range slices.Concat(m.Buttons...) {
		b.Words = nil
		a.Buttons = append(a.Buttons, b)
	}
	if f := m.Form; f != nil {
		a.Form = &answerForm{Title: f.Title.String(), Label: f.Label.String(), Value: f.Value, Data: f.Data, Max: f.Max}
	}
	return a
}

// takeAnswer returns what the bot answered last, which is shown once.
func (c *Console) takeAnswer(ctx context.Context, x *exchange) *answered {
	if x.visitor.message == "" || x.Method != http.MethodGet || x.Header.Get("X-Live") != "" {
		return nil
	}
	var a answered
	if err := json.Unmarshal([]byte(x.visitor.message), &a); err != nil {
		return nil
	}
	if err := c.cfg.Sessions.cfg.Store.SetSessionMessage(ctx, x.visitor.key, ""); err != nil {
		c.cfg.Logger.WarnContext(ctx, "console message not forgotten", "err", err)
	}
	return &a
}

// press is the action of a button below an answer, or of a form that an answer asks to fill in.
func press(x *exchange) (bot.Invocation, error) {
	at, err := bot.Target{Platform: platformName}, error(nil)
	if packed := x.PostFormValue("at"); packed != "" {
		at, err = targetOf(packed)
	}
	if x.PostFormValue("data") == "" || err != nil {
		return bot.Invocation{}, bot.UserErrorf("That button has expired. Please start again.")
	}
	return bot.Invocation{Target: at, Data: x.PostFormValue("data"), Line: x.PostFormValue("line")}, nil
}

// targetOf reads a target from a form.
func targetOf(packed string) (at bot.Target, err error) {
	err = json.Unmarshal([]byte(packed), &at)
	return at, err
}

// Packed writes where the answer came from, for its buttons.
func (a *answered) Packed() string {
	text, _ := json.Marshal(a.At) // which is four strings
	return string(text)
}

// sendFile answers with a file to keep.
func sendFile(x *exchange, f *bot.File) {
	h := x.w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": strings.Map(plainName, f.Name)}))
	_, _ = x.w.Write(f.Content)
}

// plainName keeps what a file's name can have everywhere.
func plainName(r rune) rune {
	if r > ' ' && r < 127 && !strings.ContainsRune(`"\/:*?<>|`, r) {
		return r
	}
	return '-'
}
