package answer

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tidings/bot"
	"tidings/bot/plan"
)

// Prober looks at feeds that people name.
type Prober interface {
	// Check looks at a feed, or at a page that names feeds. The error is fit for people and names no
	// secret; see [bot.Advice].
	Check(ctx context.Context, url string) (bot.FeedCheck, error)
}

// Metrics hears of answers, as they are given. Its method may be called concurrently and must not block.
type Metrics interface {
	// Answered reports a command or pressed button and how long its answer took.
	Answered(platform, command string, took time.Duration)
}

// Config is what a Handler is made of. Every field but Feeds, Operators, Console, Delay and Localizer is needed.
type Config struct {
	Store    Store
	Adapters []bot.Adapter
	// Feeds looks at the feeds that operators add from a chat. Nil means that they can't.
	Feeds Prober
	// Following says how managers follow feeds. The zero value is that they can't.
	Following Following
	// Operators are those who run the bot, each as platform:ID.
	Operators []string
	// Console makes links that sign operators in to the console. Nil means that there is none.
	Console Console
	// Zone is the time zone of dates where the platform does not know the reader's.
	Zone    *time.Location
	Logger  *slog.Logger
	Metrics Metrics
	Now     func() time.Time
	// Delay returns how long recent alerts of a platform took.
	Delay func(platform string) bot.Delay
	// Pacer returns what keeps the limits of a platform. Nil means that nothing does.
	Pacer func(platform string) bot.Pacer
	// Platforms returns how the platforms do, by name.
	Platforms func() []bot.PlatformState
	// EmbargoTime returns by when embargoes have ended. It is Now unless that can't be relied on.
	EmbargoTime func() time.Time
	// Localizer puts answers into the language of whoever reads them. Nil means that all are in English.
	Localizer bot.Localizer
}

// Handler answers commands and pressed buttons from one table. It is a [Handler].
type Handler struct {
	store     Store
	adapters  map[string]bot.Adapter
	feeds     Prober
	following Following
	operators atomic.Pointer[map[string]bool] // as platform:ID
	console   Console
	zone      *time.Location
	logger    *slog.Logger
	metrics   Metrics
	now       func() time.Time
	// delay returns how long recent alerts of a platform took.
	delay func(platform string) bot.Delay
	// pacer returns what keeps the limits of a platform; nil if nothing does.
	pacer func(platform string) bot.Pacer
	// platforms returns the state of the platforms.
	platforms   func() []bot.PlatformState
	embargoTime func() time.Time
	planner     *plan.Planner
	localizer   bot.Localizer // nil if everything is in English
	returns     returns

	commands []bot.Command        // what people can type
	menu     func() []bot.Command // the same, with what each is for in all languages
	presses  []bot.Command        // what only buttons reach
}

var (
	_ bot.Handler   = (*Handler)(nil)
	_ bot.Localized = (*Handler)(nil)
)

// New returns a Handler.
func New(cfg Config) *Handler {
	h := &Handler{
		store: cfg.Store, feeds: cfg.Feeds, following: cfg.Following, zone: cfg.Zone, metrics: cfg.Metrics, now: cfg.Now, delay: cfg.Delay,
		platforms: cfg.Platforms, embargoTime: cfg.EmbargoTime, pacer: cfg.Pacer, localizer: cfg.Localizer, planner: plan.New(cfg.Zone), console: cfg.Console,
		logger:   cfg.Logger.With("component", "answer"),
		adapters: map[string]bot.Adapter{},
	}
	for _, a := range cfg.Adapters {
		h.adapters[a.Platform()] = a
	}
	h.SetOperators(cfg.Operators)
	h.commands = h.table()
	h.presses = h.pressTable()
	h.menu = sync.OnceValue(func() []bot.Command {
		menu := h.table() // the other is in use
		h.localizeTable(menu)
		return menu
	})
	return h
}

// Commands returns the command table, with what commands are for in all languages.
func (h *Handler) Commands() []bot.Command { return h.menu() }

// Invoke answers. A *UserError becomes its own text; anything else that goes wrong becomes a
// reference that stands in the log too.
func (h *Handler) Invoke(ctx context.Context, inv bot.Invocation) (m bot.Message) {
	start := h.now()
	name := "button"
	if inv.Data == "" {
		name = "unknown"
	}
	defer func() {
		if r := recover(); r != nil {
			m = h.broken(ctx, inv, bot.PanicError(r))
		}
		m = h.Localize(ctx, inv, m)
		h.metrics.Answered(inv.Target.Platform, name, h.now().Sub(start))
	}()
	var wayOut bot.Text
	c, req, named, err := h.resolve(ctx, inv)
	if c != nil {
		name = c.Path()
	}
	if err == nil {
		wayOut, err = h.goElsewhere(ctx, c, &req, named)
	}
	if err == nil {
		err = h.allow(ctx, c, req.Invocation)
	}
	if err == nil {
		m, err = c.Run(ctx, req)
		h.noteName(ctx, c, &req.Invocation)
	}
	if fault := (*bot.UserError)(nil); errors.As(err, &fault) {
		m, err = bot.Message{Text: fault.Text, Notice: inv.Data != "", Spent: fault.Spent, Mistake: true}, nil
	}
	if err == nil {
		m, err = h.fromElsewhere(ctx, &req, wayOut, m)
	}
	if err != nil {
		return h.broken(ctx, inv, err)
	}
	m.Tidy = h.tidies(ctx, inv)
	return m
}

// resolve finds the command that inv asks for and reads its arguments.
// named is the other chat that it is about, if it names one.
func (h *Handler) resolve(ctx context.Context, inv bot.Invocation) (c *bot.Command, req bot.Request, named string, err error) {
	req = bot.Request{Invocation: inv}
	if inv.Data != "" {
		c, req, err = h.resolvePress(ctx, req)
		return c, req, "", err
	}
	var rest string
	c, rest = find(h.commands, inv.Command, inv.Line)
	if c == nil {
		return nil, req, "", h.unknown(inv.Command, inv.Line)
	}
	if inv.Options == nil && h.startsAnother(inv.Line) {
		return c, req, "", bot.UserErrorf("That's several commands in one message. Send them one by one.")
	}
	if len(c.Sub) > 0 && (c.Run == nil || rest != "") {
		return c, req, "", subUsage(c)
	}
	named, rest, less := withoutChat(c, inv, rest)
	if inv.Options != nil {
		req.Args, err = checkOptions(less, inv.Options)
	} else {
		req.Args, err = parseLine(less, h.commands, rest)
	}
	return c, req, named, err
}

// startsAnother reports whether a later line of a message is a command, too.
func (h *Handler) startsAnother(text string) bool {
	_, below, _ := strings.Cut(text, "\n")
	for line := range strings.Lines(below) {
		word, _ := cutWord(line)
		name, _, _ := strings.Cut(word, "@")
		if name, ok := strings.CutPrefix(name, "/"); ok && slices.ContainsFunc(h.commands, func(c bot.Command) bool { return c.Named(name) }) {
			return true
		}
	}
	return false
}

// find returns the command that path names, the words of which may continue in line, and what is
// left of the line. A command with subcommands is returned if none of them is named.
func find(table []bot.Command, path, line string) (*bot.Command, string) {
	name, sub, _ := strings.Cut(strings.TrimSpace(path), " ")
	for i := range table {
		c := &table[i]
		if !c.Named(name) {
			continue
		}
		if len(c.Sub) == 0 {
			return c, line
		}
		rest := line
		if sub == "" {
			sub, rest = cutWord(line)
		}
		for j := range c.Sub {
			if c.Sub[j].Named(sub) {
				return &c.Sub[j], rest
			}
		}
		if c.Route != nil && sub != "" {
			if name := c.Route(line); name != "" {
				return find(c.Sub, name, line)
			}
		}
		if word, more := cutWord(line); c.Otherwise != "" && word != "" && more == "" {
			return find(c.Sub, c.Otherwise, line)
		}
		return c, line
	}
	return nil, line
}

// allow checks that whoever asks may use the command.
func (h *Handler) allow(ctx context.Context, c *bot.Command, inv bot.Invocation) error {
	switch c.Access {
	case bot.Anyone:
		return nil
	case bot.Operators:
		if h.isOperator(inv) {
			return nil
		}
		return bot.UserErrorf("Only the bot's operators can do that. (Your ID for OPERATORS: %s:%s)",
			inv.Target.Platform, inv.User.ID)
	case bot.Managers:
		if c.Parent == "sources" && h.isOperator(inv) {
			return nil
		}
	}
	if inv.Manager != nil {
		ok, err := inv.Manager(ctx)
		if err != nil {
			return fmt.Errorf("ask for the rights of %s in %s: %w", inv.User.ID, inv.Target, err)
		}
		if ok {
			return nil
		}
	}
	return refused(c, inv)
}

func (h *Handler) isOperator(inv bot.Invocation) bool {
	return inv.Operator || (*h.operators.Load())[inv.Target.Platform+":"+inv.User.ID]
}

// noteName keeps what a chat is called, for those who run the bot. Commands that only show something are used more often than
// names change.
func (h *Handler) noteName(ctx context.Context, c *bot.Command, inv *bot.Invocation) {
	if inv.ChatName == "" || c.Access == bot.Anyone && !c.Changes && !inv.Direct {
		return
	}
	if err := h.store.NameTarget(ctx, inv.Target, inv.ChatName); err != nil {
		h.logger.WarnContext(ctx, "name of a chat not kept", "target", inv.Target.String(), "err", err)
	}
}

// SetOperators says who runs the bot from now on, each as platform:ID.
func (h *Handler) SetOperators(ids []string) {
	set := make(map[string]bool, len(ids))
	for _, o := range ids {
		set[o] = true
	}
	h.operators.Store(&set)
}

// broken logs err and returns what the person gets to see of it.
func (h *Handler) broken(ctx context.Context, inv bot.Invocation, err error) bot.Message {
	var b [2]byte
	_, _ = rand.Read(b[:])
	ref := hex.EncodeToString(b[:])
	h.logger.ErrorContext(ctx, "command failed", "ref", ref, "command", cmp.Or(inv.Command, "button"),
		"target", inv.Target.String(), "err", err)
	return bot.Message{
		Text:   bot.Say("Something went wrong (ref %s). Nothing is lost; please try again.", ref),
		Notice: inv.Data != "",
	}
}

// Complete suggests values; what goes wrong is logged and suggests nothing.
func (h *Handler) Complete(ctx context.Context, inv bot.Invocation, arg string) (choices []bot.Choice) {
	defer func() {
		if r := recover(); r != nil {
			h.logger.ErrorContext(ctx, "no suggestions", "command", inv.Command, "arg", arg, "err", bot.PanicError(r))
		}
	}()
	c, _ := find(h.commands, inv.Command, inv.Line)
	if c == nil {
		return nil
	}
	if chat := inv.Options[chatArg(c)]; chat != "" && inv.At != nil {
		there, err := at(ctx, inv, chat)
		if err != nil {
			return nil // the command will say why
		}
		inv = there
	}
	for _, a := range c.Args {
		if a.Name != arg || a.Complete == nil {
			continue
		}
		choices, err := a.Complete(ctx, inv, inv.Options[arg])
		if err != nil {
			h.logger.ErrorContext(ctx, "no suggestions", "command", c.Name, "arg", arg, "err", err)
		}
		return h.localizeChoices(ctx, inv, choices[:min(len(choices), maxChoices)])
	}
	return nil
}

// maxChoices is how many suggestions the smallest platform shows.
const maxChoices = 25
