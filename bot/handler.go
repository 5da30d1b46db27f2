package bot

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// handler answers commands and pressed buttons from one table. It is a [Handler].
type handler struct {
	store     Store
	adapters  map[string]Adapter
	feeds     Prober
	operators map[string]bool
	zone      *time.Location
	logger    *slog.Logger
	metrics   Metrics
	now       func() time.Time
	// delay tells how long alerts of a platform took of late.
	delay func(platform string) Delay

	commands []Command // what people can type
	presses  []Command // what only buttons reach
}

var _ Handler = (*handler)(nil)

func newHandler(cfg Config) *handler {
	h := &handler{
		store: cfg.Store, feeds: cfg.Feeds, zone: cfg.Zone, metrics: cfg.Metrics, now: cfg.Now,
		logger:    cfg.Logger.With("component", "answer"),
		adapters:  map[string]Adapter{},
		operators: map[string]bool{},
	}
	for _, a := range cfg.Adapters {
		h.adapters[a.Platform()] = a
	}
	for _, o := range cfg.Operators {
		h.operators[o] = true
	}
	h.commands = h.table()
	h.presses = h.pressTable()
	return h
}

// Commands returns the command table.
func (h *handler) Commands() []Command { return h.commands }

// Invoke answers. A *UserError becomes its own text; anything else that goes wrong becomes a
// reference that stands in the log too.
func (h *handler) Invoke(ctx context.Context, inv Invocation) (m Message) {
	start := h.now()
	name := "button"
	if inv.Data == "" {
		name = "unknown"
	}
	defer func() {
		if r := recover(); r != nil {
			m = h.broken(ctx, inv, panicked(r))
		}
		h.metrics.Answered(inv.Target.Platform, name, h.now().Sub(start))
	}()
	c, req, err := h.resolve(ctx, inv)
	if c != nil {
		name = c.Path()
	}
	if err == nil {
		err = h.allow(ctx, c, inv)
	}
	if err == nil {
		m, err = c.Run(ctx, req)
	}
	var ue *UserError
	switch {
	case err == nil:
		return m
	case errors.As(err, &ue):
		return Message{Text: ue.Text, Notice: inv.Data != ""}
	}
	return h.broken(ctx, inv, err)
}

// panicked returns what was recovered, and where, as an error.
func panicked(recovered any) error { return fmt.Errorf("panic: %v\n%s", recovered, debug.Stack()) }

// resolve finds the command that inv asks for and reads its arguments.
func (h *handler) resolve(ctx context.Context, inv Invocation) (*Command, Request, error) {
	req := Request{Invocation: inv}
	if inv.Data != "" {
		return h.resolvePress(ctx, req)
	}
	c, rest := find(h.commands, inv.Command, inv.Line)
	if c == nil {
		return nil, req, h.unknown(inv.Command)
	}
	if len(c.Sub) > 0 && (c.Run == nil || rest != "") {
		return c, req, subUsage(c)
	}
	var err error
	if inv.Options != nil {
		req.Args, err = checkOptions(c, inv.Options)
	} else {
		req.Args, err = parseLine(c, rest)
	}
	return c, req, err
}

// find returns the command that path names, the words of which may continue in line, and what is
// left of the line. A command with subcommands is returned if none of them is named.
func find(table []Command, path, line string) (*Command, string) {
	name, sub, _ := strings.Cut(strings.TrimSpace(path), " ")
	for i := range table {
		c := &table[i]
		if !c.named(name) {
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
			if c.Sub[j].named(sub) {
				return &c.Sub[j], rest
			}
		}
		return c, line
	}
	return nil, line
}

// named reports whether people may call the command s.
func (c *Command) named(s string) bool {
	same := func(name string) bool { return strings.EqualFold(name, s) }
	return same(c.Name) || slices.ContainsFunc(c.Aliases, same)
}

// allow checks that whoever asks may use the command.
func (h *handler) allow(ctx context.Context, c *Command, inv Invocation) error {
	switch c.Access {
	case Anyone:
		return nil
	case Operators:
		if h.isOperator(inv) {
			return nil
		}
		return UserErrorf("Only those who run this bot may do that. Your identifier, for the OPERATORS setting, is %s:%s.",
			inv.Target.Platform, inv.User.ID)
	case Managers:
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
	return UserErrorf("Only people who manage this chat can do that. Ask one of them.")
}

func (h *handler) isOperator(inv Invocation) bool {
	return h.operators[inv.Target.Platform+":"+inv.User.ID]
}

// broken logs err and returns what the person gets to see of it.
func (h *handler) broken(ctx context.Context, inv Invocation, err error) Message {
	var b [2]byte
	_, _ = rand.Read(b[:])
	ref := hex.EncodeToString(b[:])
	h.logger.ErrorContext(ctx, "command failed", "ref", ref, "command", cmp.Or(inv.Command, "button"),
		"target", inv.Target.String(), "err", err)
	return Message{
		Text:   Plain("Something went wrong (ref " + ref + "). Nothing is lost; please try again."),
		Notice: inv.Data != "",
	}
}

// Complete suggests values; what goes wrong is logged and suggests nothing.
func (h *handler) Complete(ctx context.Context, inv Invocation, arg string) (choices []Choice) {
	defer func() {
		if r := recover(); r != nil {
			h.logger.ErrorContext(ctx, "no suggestions", "command", inv.Command, "arg", arg, "err", panicked(r))
		}
	}()
	c, _ := find(h.commands, inv.Command, inv.Line)
	if c == nil {
		return nil
	}
	for _, a := range c.Args {
		if a.Name != arg || a.Complete == nil {
			continue
		}
		choices, err := a.Complete(ctx, inv, inv.Options[arg])
		if err != nil {
			h.logger.ErrorContext(ctx, "no suggestions", "command", c.Name, "arg", arg, "err", err)
		}
		return choices[:min(len(choices), maxChoices)]
	}
	return nil
}

// maxChoices is how many suggestions the smallest platform shows.
const maxChoices = 25
