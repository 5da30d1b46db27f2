package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"tidings/bot"
)

// Kinds of interactions and of responses.
// discord.com/developers/docs/interactions/receiving-and-responding
const (
	typePing      = 1
	typeCommand   = 2
	typeComponent = 3
	typeComplete  = 4
	typeSubmit    = 5

	respondPong        = 1
	respondMessage     = 4
	respondLater       = 5
	respondUpdateLater = 6
	respondUpdate      = 7
	respondChoices     = 8
	respondForm        = 9
)

type response struct {
	Type int `json:"type"`
	Data any `json:"data,omitempty"`
}

type deferral struct {
	Flags int `json:"flags"`
}

// answer serves one interaction, and returns when it is done with it.
func (r *run) answer(ctx context.Context, it *interaction) {
	ctx, cancel := context.WithTimeout(ctx, r.timings.answerWithin)
	defer cancel()
	if it.Channel.GuildID == "" {
		it.Channel.GuildID = it.GuildID
	}
	r.meet(ctx, &it.Channel)
	inv := it.invocation()
	inv.Venue, inv.ChatName = r.venue(it.Channel), r.guilds.channelName(it.GuildID, it.Channel.Name)
	switch {
	case inv.Direct:
		inv.ChatName = inv.User.Name
	case it.onPost():
		forum, _ := r.guilds.channel(it.GuildID, it.Channel.Parent)
		inv.ChatName = r.guilds.channelName(it.GuildID, forum.Name)
		inv = it.aboutForum(inv)
	}
	inv.MayMention = r.mayMention(it, heldBy(it.Member), it.Permissions)
	inv.Mentionable = r.mentionable(it.GuildID, heldBy(it.Member), it.Permissions)
	inv.At, inv.File = r.at(it, inv), r.file(it)
	switch it.Type {
	case typeCommand:
		r.reportReturn(ctx, inv)
		inv.Command, inv.Options, _ = it.command()
		inv.Mentioned = it.mentioned()
		if it.Data.Type == commandOnMessage {
			inv.Command, inv.ReplyTo = commandInMenu(r.handler.Commands(), it.Data.Name), it.Data.TargetID
		}
		r.respond(ctx, it, inv)
	case typeComponent:
		if isFormButton(it.Data.CustomID) {
			r.crowd.workedOut(it)
			r.logFailure(it, r.callback(ctx, it, r.openKept(it.Data.CustomID, bot.Localize(ctx, r.handler, inv, staleForm()))))
			return
		}
		inv.Data = it.Data.CustomID
		r.respond(ctx, it, inv)
	case typeSubmit:
		inv.Data, inv.Line = it.Data.submitted()
		r.respond(ctx, it, inv)
	case typeComplete:
		r.suggest(ctx, it, inv)
	}
}

// reportReturn reports that the bot may post where somebody uses a command, if no gateway does.
func (r *run) reportReturn(ctx context.Context, inv bot.Invocation) {
	if !r.withoutGateway || inv.Direct {
		return
	}
	if lacking, err := inv.Lacking(ctx); err == nil && len(lacking) == 0 {
		r.queuePresence(bot.Presence{Kind: bot.Back, Scope: inv.Target})
	}
}

// invocation returns what is known of every interaction.
func (it *interaction) invocation() bot.Invocation {
	inv := bot.Invocation{
		Target: bot.Target{Platform: Platform, Space: it.GuildID, Chat: it.ChannelID},
		Direct: it.GuildID == "", Private: true, Language: it.Locale, ChatLanguage: it.GuildLocale,
	}
	manager := inv.Direct
	var lacking, limited []string
	switch {
	case it.Member != nil:
		inv.User = it.Member.User.user(it.Member.Nick)
		manager = manager || it.Member.Permissions.any(manageChannels|manageGuild)
	case it.User != nil:
		inv.User = it.User.user("")
	}
	if !inv.Direct && it.Permissions != nil {
		lacking, limited = it.Permissions.toPost(&it.Channel), it.Permissions.toPostWell()
	}
	inv.Manager = func(context.Context) (bool, error) { return manager, nil }
	inv.Lacking = func(context.Context) ([]string, error) { return lacking, nil }
	inv.Limited = func(context.Context) ([]string, error) { return limited, nil }
	return inv
}

func (u *wireUser) user(nick string) bot.User {
	for _, name := range []string{nick, u.GlobalName, u.Username} {
		if name != "" {
			return bot.User{ID: u.ID, Name: name}
		}
	}
	return bot.User{ID: u.ID}
}

// command returns the name with its subcommand, the options by name, and the one that is being typed.
func (it *interaction) command() (name string, values map[string]string, focused wireOption) {
	name = it.Data.Name
	options := it.Data.Options
	for len(options) == 1 && options[0].Value == nil && options[0].Type < optionString {
		name += " " + options[0].Name
		options = options[0].Options
	}
	values = make(map[string]string, len(options))
	for _, o := range options {
		values[o.Name] = o.text()
		if o.Focused {
			focused = o
		}
	}
	return name, values, focused
}

// text returns the value as it was typed.
func (o wireOption) text() string {
	var s string
	if json.Unmarshal(o.Value, &s) == nil {
		return s
	}
	return string(o.Value)
}

// respond lets the handler answer a command or a button. If that takes long, Discord hears first that
// an answer will come.
func (r *run) respond(ctx context.Context, it *interaction, inv bot.Invocation) {
	done := make(chan bot.Message, 1)
	go func() {
		m := r.invoke(ctx, inv)
		r.crowd.workedOut(it)
		done <- m
	}()
	patience := time.NewTimer(r.timings.deferAfter - time.Since(it.arrived))
	defer patience.Stop()
	select {
	case m := <-done:
		if m.Notice && m.Spent && it.replaces() {
			r.logFailure(it, r.replyBare(ctx, it, m))
			return
		}
		if m.File == nil || it.exchange == nil {
			r.logFailure(it, r.callback(ctx, it, r.reply(it, m)))
			return
		}
		done <- m // a file can't go with the answer to Discord's own request
	case <-patience.C:
	}
	err := r.callback(ctx, it, it.deferral())
	m := <-done // the handler ends with ctx
	if err == nil {
		err = r.follow(ctx, it, m)
	}
	r.logFailure(it, err)
}

// invoke asks the handler and turns a panic into an answer.
func (r *run) invoke(ctx context.Context, inv bot.Invocation) bot.Message {
	m := bot.Message{Text: bot.Localize(ctx, r.handler, inv, bot.Say("Something went wrong. Please try again.")), Notice: true}
	func() {
		defer r.survive("invocation")
		if r.slots.enter(ctx, inv.Target.Chat) != nil {
			return // the bot ends
		}
		defer r.slots.leave()
		m = r.handler.Invoke(ctx, inv)
	}()
	return m
}

// reply is the answer that is given at once. An answer to a command is shown to the one who asked
// alone; one to a button replaces the message with the button.
func (r *run) reply(it *interaction, m bot.Message) response {
	if m.Form != nil && it.Type != typeSubmit { // Discord opens no form in answer to one
		return response{Type: respondForm, Data: r.modal(m)}
	}
	if m = r.keepForm(it, m); it.replaces() && !m.Notice {
		return response{Type: respondUpdate, Data: r.update(m)}
	}
	body := r.create(m)
	body.Flags = flagEphemeral
	return response{Type: respondMessage, Data: body}
}

// replyBare removes the buttons of the message that one of them is on, and then says why.
func (r *run) replyBare(ctx context.Context, it *interaction, m bot.Message) error {
	none := &messageBody{Components: []row{}, AllowedMentions: allowed{Parse: []string{}}}
	if err := r.callback(ctx, it, response{Type: respondUpdate, Data: none}); err != nil {
		return err
	}
	return r.follow(ctx, it, m)
}

// replaces reports whether the answer can replace a message.
func (it *interaction) replaces() bool {
	return it.Type == typeComponent || it.Type == typeSubmit && it.Message != nil
}

// deferral is the promise of an answer.
func (it *interaction) deferral() response {
	if it.replaces() {
		return response{Type: respondUpdateLater}
	}
	return response{Type: respondLater, Data: deferral{Flags: flagEphemeral}}
}

// follow keeps the promise of an answer.
func (r *run) follow(ctx context.Context, it *interaction, m bot.Message) error {
	path := "/webhooks/" + url.PathEscape(it.ApplicationID) + "/" + url.PathEscape(it.Token)
	if m = r.keepForm(it, m); it.replaces() && m.Notice {
		body := r.create(m)
		body.Flags = flagEphemeral
		return r.insist(ctx, r.timings.replyWithin, func(ctx context.Context, n int) error {
			return it.early(n, r.rest.call(ctx, http.MethodPost, path, body, nil))
		})
	}
	body := r.update(m)
	return r.insist(ctx, r.timings.replyWithin, func(ctx context.Context, n int) error {
		return it.early(n, r.rest.call(ctx, http.MethodPatch, path+"/messages/@original", body, nil))
	})
}

// early turns the error of try n into one that passes if Discord may not have read yet the answer to its
// own request that promised a response.
func (it *interaction) early(n int, err error) error {
	if it.exchange != nil && n < maxTries-1 && isNotFound(err) {
		return fmt.Errorf("promise not read yet: %v", err) //nolint:errorlint // the error is not to be found in it
	}
	return err
}

// callback gives the first response. If a try was cut off, the next one may hear that it arrived; suggestions may have
// been given by another process.
func (r *run) callback(ctx context.Context, it *interaction, resp response) error {
	if it.exchange != nil {
		return it.exchange.give(resp)
	}
	return r.insist(ctx, r.timings.callback, func(ctx context.Context, try int) error {
		err := r.rest.call(ctx, http.MethodPost, callbackPath(it), resp, nil)
		if (try > 0 || it.Type == typeComplete) && hasCode(err, discordgo.ErrCodeInteractionHasAlreadyBeenAcknowledged) {
			return nil
		}
		return err
	})
}

// logFailure logs an answer that did not get through. Only the operator is left to know.
func (r *run) logFailure(it *interaction, err error) {
	if err == nil {
		return
	}
	name, _, _ := it.command()
	r.log.Warn("answer lost", "interaction", it.ID, "kind", it.Type, "command", strings.TrimSpace(name),
		"err", fmt.Sprint(err))
}
