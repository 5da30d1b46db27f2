package discord

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"tidings/bot"
	"tidings/internal/retry"
)

// Kinds of options. discord.com/developers/docs/interactions/application-commands
const (
	optionSubcommand = 1
	optionString     = 3
	optionInteger    = 4
	optionChannel    = 7
	optionMention    = 9 // a role or a person
)

// commandOnMessage is the type of a command in the menu of messages.
const commandOnMessage = 3

// Where a command can be used, and who installs it.
const (
	contextGuild  = 0
	contextDirect = 1
	installGuild  = 0
)

const (
	maxDescription = 100 // characters
	maxMenuName    = 32  // characters
)

// publishTimeout bounds one overwrite of the commands, and with it how long a stop waits for one.
const publishTimeout = 10 * time.Second

type wireCommand struct {
	Type        int       `json:"type,omitempty"` // absent for a slash command
	Name        string    `json:"name"`
	Names       localized `json:"name_localizations,omitempty"` // of commands on messages alone
	Description string    `json:"description,omitempty"`        // of slash commands alone
	// Descriptions are Description in other languages.
	Descriptions localized       `json:"description_localizations,omitempty"`
	Options      []commandOption `json:"options,omitempty"`
	// Permissions are those that people need all of to be offered the command.
	Permissions  string `json:"default_member_permissions,omitempty"`
	Contexts     []int  `json:"contexts"`
	Integrations []int  `json:"integration_types"`
}

type commandOption struct {
	Type         int             `json:"type"`
	Name         string          `json:"name"`
	Description  string          `json:"description"`
	Descriptions localized       `json:"description_localizations,omitempty"`
	Required     bool            `json:"required,omitempty"`
	Autocomplete bool            `json:"autocomplete,omitempty"`
	Min          *int            `json:"min_value,omitempty"`
	Max          *int            `json:"max_value,omitempty"`
	ChannelTypes []int           `json:"channel_types,omitempty"`
	Options      []commandOption `json:"options,omitempty"`
}

// wireCommands returns the command table as Discord expects it.
func wireCommands(table []bot.Command) []wireCommand {
	commands := make([]wireCommand, 0, len(table))
	for _, c := range table {
		if c.TypedOnly || c.Former {
			continue
		}
		w := wireCommand{
			Name: c.Name, Description: shorten(c.Help, maxDescription), Descriptions: localize(c.HelpIn, maxDescription), Options: commandOptions(c),
			Contexts: []int{contextGuild, contextDirect}, Integrations: []int{installGuild},
		}
		if forManagers(c) {
			// Discord offers a command to those who have all rights named. Who has Manage Server only is
			// let through by the handler, and by whoever sets up the command in the server's settings.
			w.Permissions = strconv.FormatUint(uint64(manageChannels), 10)
		}
		commands = append(commands, w)
		if name := menuName(c); name != "" {
			w.Type, w.Name, w.Names = commandOnMessage, name, localize(c.OnMessageIn, maxMenuName)
			w.Description, w.Descriptions, w.Options = "", nil, nil
			commands = append(commands, w)
		}
	}
	return commands
}

// localized are texts by Discord's locales. discord.com/developers/docs/reference#locales
type localized map[string]string

// localize returns texts in other languages, by their codes, as Discord wants them. Who reads a locale that isn't among them
// gets English.
func localize(in map[string]string, limit int) localized {
	out := localized{}
	for code, text := range in {
		for _, locale := range localesOf(code) {
			out[locale] = shorten(text, limit)
		}
	}
	return out
}

// localesOf returns Discord's locales for a language.
func localesOf(code string) []string {
	switch code {
	case "es":
		return []string{"es-ES", "es-419"}
	case "en":
		return nil
	default:
		return []string{code}
	}
}

// menuName returns what a command is called in the menu of messages, or "" if it is not offered there.
func menuName(c bot.Command) string { return shorten(c.OnMessage, maxMenuName) }

// commandInMenu returns the command that the menu of messages calls by a name.
func commandInMenu(table []bot.Command, name string) string {
	for _, c := range table {
		if name != "" && menuName(c) == name {
			return c.Name
		}
	}
	return name
}

// forManagers reports whether all of c is.
func forManagers(c bot.Command) bool {
	if len(c.Sub) == 0 {
		return c.Access == bot.Managers
	}
	return !slices.ContainsFunc(c.Sub, func(s bot.Command) bool { return s.Access != bot.Managers })
}

func commandOptions(c bot.Command) []commandOption {
	var options []commandOption
	for _, s := range c.Sub {
		options = append(options, commandOption{
			Type: optionSubcommand, Name: s.Name, Description: shorten(s.Help, maxDescription), Descriptions: localize(s.HelpIn, maxDescription),
			Options: commandOptions(s),
		})
	}
	for _, a := range c.Args {
		o := commandOption{
			Type: optionString, Name: a.Name, Description: shorten(a.Help, maxDescription), Descriptions: localize(a.HelpIn, maxDescription),
			Required: a.Required, Autocomplete: a.Complete != nil,
		}
		if a.Kind == bot.FileArg {
			o.Type = optionAttachment
		}
		if a.Kind == bot.ChatArg {
			o.Type, o.ChannelTypes = optionChannel, optionTypes()
		}
		if a.Kind == bot.MentionArg {
			o.Type, o.Autocomplete = optionMention, false
		}
		if a.Kind == bot.NumberArg {
			o.Type = optionInteger
			if a.Min < a.Max {
				o.Min, o.Max = &a.Min, &a.Max
			}
		}
		options = append(options, o)
	}
	// Discord wants what is required first. Arguments have names there, so their order means nothing.
	slices.SortStableFunc(options, func(x, y commandOption) int { return rank(x) - rank(y) })
	return options
}

func rank(o commandOption) int {
	if o.Required {
		return 0
	}
	return 1
}

// servePublishing publishes the commands each time the bot starts a session, if they have changed.
func (r *run) servePublishing(ctx context.Context) error {
	for {
		select {
		case id := <-r.applications:
			r.describe(ctx, id)
			r.publish(ctx, id)
		case <-ctx.Done():
			return nil
		}
	}
}

// publish tries until Discord has the commands, or will not have them.
func (r *run) publish(ctx context.Context, application string) {
	for n := 0; ; n++ {
		err := r.publishOnce(ctx, application)
		refused, ok := errors.AsType[*apiError](err)
		switch {
		case err == nil, ctx.Err() != nil:
			return
		case ok && refused.Status/100 == 4:
			r.log.Error("discord refuses the commands", "err", err)
			return
		case n == 0:
			r.log.Warn("commands not published, trying again", "err", err)
		}
		if retry.Sleep(ctx, retry.Backoff(n, r.timings.backoffMin, r.timings.backoffMax)) != nil {
			return
		}
	}
}

// publishOnce replaces all commands, unless they are those that were published last: Discord limits
// how many may be made in a day.
func (r *run) publishOnce(ctx context.Context, application string) error {
	commands := wireCommands(r.handler.Commands())
	raw, err := json.Marshal(commands)
	if err != nil {
		return fmt.Errorf("encode commands: %w", err)
	}
	sum := sha256.Sum256(bytes.TrimSpace(raw))
	hash, key := hex.EncodeToString(sum[:]), "discord/commands/"+application
	if r.state != nil {
		known, err := r.state.State(ctx, key)
		if err != nil {
			return err
		}
		if known == hash {
			return nil
		}
	}
	// An overwrite that has been begun is seen through and remembered, or the next start would make it again.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), publishTimeout)
	defer cancel()
	if err := r.rest.call(ctx, http.MethodPut, "/applications/"+application+"/commands", commands, nil); err != nil {
		return err
	}
	r.log.Info("commands published", "count", len(commands))
	if r.state == nil {
		return nil
	}
	return r.state.SetState(ctx, key, hash)
}
