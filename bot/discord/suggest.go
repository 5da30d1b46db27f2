package discord

import (
	"context"
	"strconv"
	"unicode/utf8"

	"tidings/bot"
)

// Limits of suggestions. discord.com/developers/docs/interactions/application-commands
const (
	maxChoices = 25
	maxChoice  = 100 // characters
)

type choices struct {
	Choices []choice `json:"choices"` // never null
}

type choice struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

// suggest answers while somebody types. It always answers, and in time: what comes late is nothing.
func (r *run) suggest(ctx context.Context, it *interaction, inv bot.Invocation) {
	name, values, focused := it.command()
	inv.Command, inv.Options = name, values
	thinking, cancel := context.WithTimeout(ctx, r.timings.suggestWithin)
	defer cancel()
	done := make(chan []bot.Choice, 1)
	go func() { done <- r.complete(thinking, inv, focused.Name) }()
	var found []bot.Choice
	var late bool
	select {
	case found = <-done:
	case <-thinking.Done():
		late = true
	}
	r.logFailure(it, r.callback(ctx, it, response{Type: respondChoices, Data: wireChoices(found, focused.Type)}))
	if late {
		<-done // the handler ends with its context
	}
}

func (r *run) complete(ctx context.Context, inv bot.Invocation, arg string) []bot.Choice {
	defer r.survive("completion")
	if r.slots.enter(ctx, inv.Target.Chat) != nil {
		return nil
	}
	defer r.slots.leave()
	return r.handler.Complete(ctx, inv, arg)
}

// wireChoices returns the suggestions that Discord accepts. A value is never cut: it would mean
// something else.
func wireChoices(found []bot.Choice, kind int) choices {
	list := choices{Choices: []choice{}}
	for _, c := range found {
		w := choice{Name: shorten(c.Label, maxChoice), Value: c.Value}
		if kind == optionInteger {
			n, err := strconv.ParseInt(c.Value, 10, 64)
			if err != nil {
				continue
			}
			w.Value = n
		}
		if w.Name == "" || c.Value == "" || utf8.RuneCountInString(c.Value) > maxChoice {
			continue
		}
		if list.Choices = append(list.Choices, w); len(list.Choices) == maxChoices {
			break
		}
	}
	return list
}
