package console

import (
	"context"
	"net/url"
	"strings"

	"tidings/bot"
)

// chatActions are what can be done about chats.
func (c *Console) chatActions() map[string]action {
	return map[string]action{
		"/chats/test":        c.pressIn("testalert"),
		"/chats/resume":      c.pressIn("resume"),
		"/chats/catchup":     c.pressIn("catchup", "do"),
		"/chats/subscribe":   c.commandIn("subscribe", "filter"),
		"/chats/unsubscribe": c.commandIn("unsubscribe", "which"),
		"/chats/filter":      c.commandIn("filter set", "number", "filter"),
		"/chats/export":      c.commandIn("export"),
		"/chats/forget":      c.commandIn("forget"),
		"/chats/import":      c.importSetup,
		"/chats/command":     c.typedIn,
		"/chats/move":        c.moveSubscription,
	}
}

// commandIn is the action of a command in a chat, which a form names by its number. The fields are arguments, under their
// names; one that is empty is left out.
func (c *Console) commandIn(name string, fields ...string) action {
	return func(x *exchange) (bot.Invocation, error) {
		k, err := c.chat(x.Context(), x.PostFormValue("chat"))
		options := map[string]string{}
		for _, f := range fields {
			if value := strings.TrimSpace(x.PostFormValue(f)); value != "" {
				options[f] = value
			}
		}
		return command(name, k.Target, options), err
	}
}

// pressIn is the action of a button in a chat likewise.
func (c *Console) pressIn(name string, fields ...string) action {
	return func(x *exchange) (bot.Invocation, error) {
		k, err := c.chat(x.Context(), x.PostFormValue("chat"))
		values := url.Values{}
		for _, f := range fields {
			values.Set(f, x.PostFormValue(f))
		}
		return bot.Invocation{Target: k.Target, Data: name + "?" + values.Encode()}, err
	}
}

// typedIn is a command as if typed in a chat.
func (c *Console) typedIn(x *exchange) (bot.Invocation, error) {
	k, err := c.chat(x.Context(), x.PostFormValue("chat"))
	line := strings.TrimPrefix(strings.TrimSpace(x.PostFormValue("line")), "/")
	name, rest, _ := strings.Cut(line, " ")
	if err == nil && name == "" {
		err = bot.UserErrorf("Which command? Type it as in a chat.")
	}
	return bot.Invocation{Target: k.Target, Command: name, Line: strings.TrimSpace(rest)}, err
}

// importSetup takes over a setup, or a list of feeds.
func (c *Console) importSetup(x *exchange) (bot.Invocation, error) {
	file, err := fileOf(x, "file")
	if err != nil {
		return bot.Invocation{}, err
	}
	k, err := c.chat(x.Context(), x.PostFormValue("chat"))
	inv := command("import", k.Target, nil)
	inv.File = file
	return inv, err
}

// moveSubscription gives a subscription to another chat that the bot knows.
func (c *Console) moveSubscription(x *exchange) (bot.Invocation, error) {
	k, err := c.chat(x.Context(), x.PostFormValue("chat"))
	if err != nil {
		return bot.Invocation{}, err
	}
	to, err := c.chatTyped(x.Context(), x.PostFormValue("to"))
	data := "movesubscription?" + url.Values{
		"number": {x.PostFormValue("number")}, "platform": {to.Platform}, "space": {to.Space}, "chat": {to.Chat}, "thread": {to.Thread},
	}.Encode()
	return bot.Invocation{Target: k.Target, Data: data}, err
}

// chatTyped returns the chat that somebody names as pages write it.
func (c *Console) chatTyped(ctx context.Context, text string) (bot.Target, error) {
	text = strings.TrimSpace(text)
	platform, chat := c.chatNamed(text, "")
	list, err := c.cfg.Store.Targets(ctx, bot.TargetQuery{Platform: platform, Chat: chat, Limit: pageSize})
	if err != nil {
		return bot.Target{}, err
	}
	for _, k := range list {
		if text != "" && k.Target.String() == text {
			return k.Target, nil
		}
	}
	return bot.Target{}, bot.UserErrorf("The bot knows no chat “%s”. Write it as the list of chats does, such as telegram:-1001234567890.", text)
}
