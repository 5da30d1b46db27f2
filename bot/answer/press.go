package answer

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"net/url"
	"strconv"
	"strings"

	"tidings/bot"
)

// What a button or form carries is the name of a command and its arguments as a query string. What is too
// long for the platforms is kept in the store, and the button carries its digest.

// keptPrefix marks button data that stands in the store.
const keptPrefix = "#"

// button returns a button that runs the named command with args.
func (h *Handler) button(ctx context.Context, label bot.Text, style bot.ButtonStyle, command string, args map[string]string) (bot.Button, error) {
	data := command + "?" + encodeArgs(args)
	if len(data) <= bot.MaxButtonData {
		return newButton(label, style, data), nil
	}
	sum := sha256.Sum256([]byte(data))
	key := keptPrefix + base64.RawURLEncoding.EncodeToString(sum[:16])
	if err := h.store.SetState(ctx, ButtonState+key, data); err != nil {
		return bot.Button{}, fmt.Errorf("keep a button: %w", err)
	}
	return newButton(label, style, key), nil
}

func newButton(label bot.Text, style bot.ButtonStyle, data string) bot.Button {
	return bot.Button{Label: label.String(), Words: label, Style: style, Data: data}
}

func linkButton(label bot.Text, url string) bot.Button {
	return bot.Button{Label: label.String(), Words: label, URL: url}
}

// ButtonState begins the keys of what buttons mean that says more than fits into them.
const ButtonState = "button:"

// FleetingState lists what begins the keys of values that mean nothing any more after some months.
func FleetingState() []string { return []string{ButtonState, returnedState} }

// filledIn is the argument by which a form names the one that it asks for.
const filledIn = "_"

// filterForm asks for a filter, beginning with text. It runs the named command with what is written as the filter.
func (h *Handler) filterForm(ctx context.Context, title bot.Text, text, command string, args map[string]string) (bot.Message, error) {
	data := map[string]string{filledIn: "filter"}
	maps.Copy(data, args)
	b, err := h.button(ctx, nil, bot.PlainButton, command, data)
	if err != nil {
		return bot.Message{}, err
	}
	return bot.Message{
		Text: bot.Say("Keywords, as in %s; /help filter has more.", bot.Styled("missile -drill", bot.Code)),
		Form: &bot.Form{Title: title, Label: bot.Say("Filter"), Value: text, Max: maxFilter, Data: b.Data},
	}, nil
}

// maxFilter is the length of the longest filter, in characters.
const maxFilter = 2000

// resolvePress finds the command behind a pressed button.
func (h *Handler) resolvePress(ctx context.Context, req bot.Request) (*bot.Command, bot.Request, error) {
	data := req.Data
	if strings.HasPrefix(data, keptPrefix) {
		kept, err := h.store.State(ctx, ButtonState+data)
		if err != nil {
			return nil, req, fmt.Errorf("read a button: %w", err)
		}
		data = kept
	}
	name, query, ok := strings.Cut(data, "?")
	values, err := url.ParseQuery(query)
	if !ok || err != nil {
		return nil, req, staleButton()
	}
	if name == aboutChat {
		return h.resolveElsewhere(ctx, req, values)
	}
	c, _ := find(h.presses, name, "")
	if c == nil {
		c, _ = find(h.commands, name, "")
	}
	if c == nil || c.Run == nil {
		return nil, req, staleButton()
	}
	req.Pressed = true
	req.Args = make(map[string]string, len(values))
	for k := range values {
		req.Args[k] = values.Get(k)
	}
	if name := req.Args[filledIn]; name != "" {
		req.Args[name] = strings.TrimSpace(req.Line)
	}
	return c, req, nil
}

// formatNumbers writes numbers as a button carries them: short, and in order.
func formatNumbers(list []int64) string {
	parts := make([]string, len(list))
	for i, n := range list {
		parts[i] = strconv.FormatInt(n, 36)
	}
	return strings.Join(parts, ".")
}

// parseNumbers reads what formatNumbers wrote, and passes over anything else.
func parseNumbers(s string) []int64 {
	var list []int64
	for part := range strings.SplitSeq(s, ".") {
		if n, err := strconv.ParseInt(part, 36, 64); err == nil && n != 0 {
			list = append(list, n)
		}
	}
	return list
}

func staleButton() error {
	e := bot.UserErrorf("This button no longer works. Please type the command again.")
	e.Spent = true
	return e
}
