package answer

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"tidings/bot"
	"tidings/internal/lazyregexp"
)

// A command can be about another chat than the one in which it is typed: one that an argument names, one that the user has
// chosen for all commands in private, or one that a button carries. The adapter says each time what the user may do there.

// aboutChat is the press of a button that acts on another chat: "at?chat=…&do=…".
const aboutChat = "at"

// chatAddress is how a chat is named where commands are typed: by its public name, or by its number.
var chatAddress = lazyregexp.New(`^(@[A-Za-z][A-Za-z0-9_]{3,}|-100\d{5,})$`)

// chatLink is the address of a chat or of one of its posts, or its name alone.
var chatLink = lazyregexp.New(`^(?:(?:https?://)?[a-z.]+/)?([A-Za-z][A-Za-z0-9_]{3,})(?:/\d+)?/?$`)

// chatCalled returns how a chat is named that somebody names where nothing else can be meant.
func chatCalled(typed string) string {
	if m := chatLink.FindStringSubmatch(typed); m != nil {
		return "@" + m[1]
	}
	return typed
}

// chatArg returns the name of c's argument for another chat, or "".
func chatArg(c *bot.Command) string {
	for i := range c.Args {
		if c.Args[i].Kind == bot.ChatArg {
			return c.Args[i].Name
		}
	}
	return ""
}

// withoutChat splits the other chat off what was typed or picked, and returns it with the command that the rest is for. Files
// come by themselves.
func withoutChat(c *bot.Command, inv bot.Invocation, line string) (chat, rest string, _ *bot.Command) {
	name := chatArg(c)
	less := *c
	less.Args = slices.DeleteFunc(slices.Clone(c.Args), func(a bot.Arg) bool { return a.Kind == bot.ChatArg || a.Kind == bot.FileArg })
	if name == "" {
		return "", line, &less
	}
	if inv.Options != nil {
		return inv.Options[name], line, &less
	}
	if word, after := cutWord(line); inv.At != nil {
		if word = strings.TrimPrefix(word, name+":"); chatAddress.MatchString(word) {
			return word, after, &less
		}
		before, word := cutLastWord(line)
		if word, ok := strings.CutPrefix(word, name+":"); ok && chatAddress.MatchString(word) {
			return word, before, &less
		}
	}
	return "", line, &less
}

// goElsewhere lets a request act on the chat that it names or that the user has chosen. In the latter case it returns the
// way out.
func (h *Handler) goElsewhere(ctx context.Context, c *bot.Command, r *bot.Request, named string) (wayOut bot.Text, err error) {
	chat := named
	if chat == "" && r.Direct && r.At != nil && !r.Pressed && isAboutAChat(c) {
		if chat, err = h.focusOf(ctx, r.Invocation); err != nil {
			return nil, err
		}
		wayOut = bot.Styled("/channel leave", bot.Code)
	}
	if chat == "" {
		return nil, nil
	}
	if r.At == nil {
		return nil, bot.UserErrorf("I can't act on another chat from here.")
	}
	there, err := at(ctx, r.Invocation, chat)
	if fault, ok := errors.AsType[*bot.UserError](err); ok && wayOut != nil {
		if err := h.setFocus(ctx, r.Invocation, ""); err != nil {
			return nil, err
		}
		return nil, &bot.UserError{Text: bot.Join(fault.Text, bot.Plain(" "), bot.Say("From now on, your commands are about this chat again."))}
	}
	if err != nil {
		return nil, err
	}
	r.Invocation = there
	return wayOut, nil
}

// at returns what was asked for as if it came from another chat.
func at(ctx context.Context, inv bot.Invocation, chat string) (bot.Invocation, error) {
	there, err := inv.At(ctx, chat)
	there.Command, there.Line, there.Options, there.Data, there.At = inv.Command, inv.Line, inv.Options, inv.Data, inv.At
	return there, err
}

// isAboutAChat reports whether it matters to a command in which chat it is used.
func isAboutAChat(c *bot.Command) bool {
	return !slices.Contains([]string{"channel", "watch", "help", "start"}, c.Name)
}

// resolveElsewhere finds the command behind a button that acts on another chat.
func (h *Handler) resolveElsewhere(ctx context.Context, req bot.Request, values url.Values) (*bot.Command, bot.Request, error) {
	if req.At == nil || req.Place != "" {
		return nil, req, staleButton()
	}
	there, err := at(ctx, req.Invocation, values.Get("chat"))
	if err != nil {
		return nil, req, err
	}
	there.Data = values.Get("do")
	return h.resolvePress(ctx, bot.Request{Invocation: there})
}

// fromElsewhere says which chat an answer is about, and lets its buttons and its form act on that chat too.
func (h *Handler) fromElsewhere(ctx context.Context, r *bot.Request, wayOut bot.Text, m bot.Message) (bot.Message, error) {
	if r.Place == "" {
		return m, nil
	}
	if !m.Text.Empty() {
		place := bot.Styled(r.Place, bot.Bold)
		where := bot.Say("In %s:", place)
		if wayOut != nil {
			where = bot.Say("In %s, until you type %s:", place, wayOut)
		}
		m.Text = bot.Join(where, bot.Plain("\n"), m.Text)
	}
	if m.Form != nil {
		data, err := h.elsewhereData(ctx, r, m.Form.Data)
		if err != nil {
			return m, err
		}
		form := *m.Form
		form.Data, m.Form = data, &form
	}
	for i, row := range m.Buttons {
		m.Buttons[i] = slices.Clone(row)
		for j, b := range row {
			if b.Data == "" {
				continue
			}
			data, err := h.elsewhereData(ctx, r, b.Data)
			if err != nil {
				return m, err
			}
			m.Buttons[i][j].Data = data
		}
	}
	return m, nil
}

func (h *Handler) elsewhereData(ctx context.Context, r *bot.Request, data string) (string, error) {
	b, err := h.button(ctx, nil, bot.PlainButton, aboutChat, map[string]string{"chat": r.Target.Chat, "do": data})
	return b.Data, err
}

// focusState begins the keys that keep which chat the commands of somebody are about, by private chat.
const focusState = "focus/"

func focusKey(inv bot.Invocation) string { return focusState + inv.Target.String() }

// focusOf returns the chat that commands in a private chat are about, or "".
func (h *Handler) focusOf(ctx context.Context, inv bot.Invocation) (string, error) {
	chat, err := h.store.State(ctx, focusKey(inv))
	if err != nil {
		return "", fmt.Errorf("read what commands are about: %w", err)
	}
	return chat, nil
}

func (h *Handler) setFocus(ctx context.Context, inv bot.Invocation, chat string) error {
	if err := h.store.SetState(ctx, focusKey(inv), chat); err != nil {
		return fmt.Errorf("keep what commands are about: %w", err)
	}
	return nil
}
