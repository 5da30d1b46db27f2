package answer

import (
	"context"
	"slices"
	"strings"

	"tidings/bot"
	"tidings/bot/plan"
)

// option is one of the things that people set, of a chat or of a subscription. The arguments of the command, what it shows, its
// buttons and its forms follow from a list of them.
type option[T any] struct {
	name  string
	names []string // other words for it
	help  string
	// title is what it is called on buttons and in forms.
	title bot.Text
	// hint says below the title of a form what can be written. With none, one of the offers has to be picked.
	hint bot.Text
	// takes reports whether words can be a value, and complete suggests some.
	takes    func(words string) bool
	complete func(typed string) []plan.Suggestion
	// offers are what a form offers to pick, and offersHere, unless nil, what else it does in the chat of a request.
	offers     []offer
	offersHere func(ctx context.Context, r *bot.Request) []offer
	// read reads a value, and returns what it changes. It fails with a *[bot.UserError] that says what can be typed.
	read func(ctx context.Context, r *bot.Request, value string) (change func(*T), err error)
	// line shows it in a list.
	line func(*T) bot.Text
	// value is what would be typed for what is set; empty if nothing is, or if it isn't for files.
	value func(*T) string
	// done says what a change comes to.
	done func(*T) bot.Text
	kind bot.ArgKind
	// decidesWhen says that it has to do with when alerts come.
	decidesWhen bool
}

// offer is a value that can be picked.
type offer struct {
	value string
	words bot.Text
}

// offered makes offers of values that say by themselves what they are.
func offered(values ...string) []offer {
	list := make([]offer, len(values))
	for i, v := range values {
		list[i] = offer{v, bot.Plain(v)}
	}
	return list
}

// parsedBy takes what a parser accepts.
func parsedBy[V any](parse func(string) (V, error)) (takes func(words string) bool) {
	return func(words string) bool {
		_, err := parse(words)
		return err == nil
	}
}

// optionArgs returns the arguments of a command that sets options.
func optionArgs[T any](options []option[T]) []bot.Arg {
	list := make([]bot.Arg, 0, len(options))
	for i := range options {
		k := &options[i]
		list = append(list, bot.Arg{Name: k.name, Names: k.names, Help: k.help, Kind: k.kind, Named: true, Takes: k.takes, Complete: k.suggest})
	}
	return list
}

// whenArg returns the argument that says when alerts come.
func whenArg(options []option[bot.Subscription]) bot.Arg {
	return optionArgs([]option[bot.Subscription]{*optionNamed(options, "when")})[0]
}

// suggest suggests values as people type.
func (k *option[T]) suggest(_ context.Context, _ bot.Invocation, typed string) ([]bot.Choice, error) {
	if k.complete != nil {
		return suggestions(k.complete(typed)), nil
	}
	var choices []bot.Choice
	for _, o := range k.offers {
		if label := o.words.String(); strings.Contains(strings.ToLower(label+" "+o.value), strings.ToLower(typed)) {
			choices = append(choices, bot.Choice{Label: label, Words: o.words, Value: o.value})
		}
	}
	return choices, nil
}

// suggestions returns what the planner suggests.
func suggestions(list []plan.Suggestion) []bot.Choice {
	choices := make([]bot.Choice, len(list))
	for i, s := range list {
		choices[i] = bot.Choice{Label: s.Label, Value: s.Value}
	}
	return choices
}

// given returns the options that a request turns, in order.
func given[T any](options []option[T], r *bot.Request) []*option[T] {
	var list []*option[T]
	for i := range options {
		if _, ok := r.Args[options[i].name]; ok {
			list = append(list, &options[i])
		}
	}
	return list
}

// optionNamed returns an option, nil if there is none.
func optionNamed[T any](options []option[T], name string) *option[T] {
	for i := range options {
		if options[i].name == name {
			return &options[i]
		}
	}
	return nil
}

// readOptions reads the values of a request. It returns one change for all, and nothing if one value is wrong.
func readOptions[T any](ctx context.Context, r *bot.Request, options []*option[T]) (func(*T), error) {
	changes := make([]func(*T), len(options))
	for i, k := range options {
		change, err := k.read(ctx, r, r.Args[k.name])
		if err != nil {
			return nil, err
		}
		changes[i] = change
	}
	return func(to *T) {
		for _, change := range changes {
			change(to)
		}
	}, nil
}

// optionForm asks for the value of an option: the command runs with what is picked or written.
func optionForm[T any](ctx context.Context, h *Handler, r *bot.Request, k *option[T], now bot.Text, do action) (bot.Message, error) {
	form := &bot.Form{Title: k.title, Pick: k.title}
	offers := k.offers
	if k.offersHere != nil {
		offers = slices.Concat(offers, k.offersHere(ctx, r))
	}
	for _, o := range offers[:min(len(offers), bot.MaxFormOptions)] {
		b, err := h.button(ctx, o.words, bot.PlainButton, do.command, do.with(k.name, o.value))
		if err != nil {
			return bot.Message{}, err
		}
		form.Options = append(form.Options, b)
	}
	if !k.hint.Empty() {
		b, err := h.button(ctx, nil, bot.PlainButton, do.command, do.with(filledIn, k.name))
		if err != nil {
			return bot.Message{}, err
		}
		form.Data, form.Max, form.Label = b.Data, maxOptionValue, k.title
		if len(form.Options) > 0 {
			form.Label = bot.Say("Or write it")
		}
		now = bot.Join(now, bot.Plain("\n"), k.hint)
	}
	back, err := h.button(ctx, bot.Say("‹ Back"), bot.PlainButton, do.command, do.args)
	return bot.Message{Text: now, Form: form, Buttons: [][]bot.Button{{back}}}, err
}

// maxOptionValue is the length of the longest value, in characters.
const maxOptionValue = 200

// values returns what would be typed for what is set, by the names of the options.
func values[T any](options []option[T], of *T) map[string]string {
	list := map[string]string{}
	for i := range options {
		if v := options[i].value(of); v != "" {
			list[options[i].name] = v
		}
	}
	return list
}

// unlessZero returns how a value is typed, or "" if it is zero.
func unlessZero[V comparable](v V, format func(V) string) string {
	var zero V
	if v == zero {
		return ""
	}
	return format(v)
}

// switchedOff is how a value of on and off is typed.
func switchedOff[V comparable](v V) string { return unlessZero(v, func(V) string { return "off" }) }

// isWord reports whether words are one of those listed.
func isWord(list ...string) func(string) bool {
	return func(words string) bool { return oneOf(words, list...) != "" }
}

// oneOf returns which of some words was typed, or "".
func oneOf(typed string, list ...string) string {
	for _, w := range list {
		if strings.EqualFold(strings.TrimSpace(typed), w) {
			return w
		}
	}
	return ""
}

// onOff reads what people type for yes and no.
func onOff(value string) (on, ok bool) {
	switch {
	case oneOf(value, "on", "yes", "true", "1", "enable", "enabled") != "":
		return true, true
	case oneOf(value, "off", "no", "false", "0", "none", "disable", "disabled") != "":
		return false, true
	}
	return false, false
}
