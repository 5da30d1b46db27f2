package telegram

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

// botCommand is core.telegram.org/bots/api#botcommand.
type botCommand struct {
	Command     string `json:"command"`
	Description string `json:"description"`
	// IsEphemeral makes command and answer visible to one person only, from Bot API 10.2 on.
	IsEphemeral bool `json:"is_ephemeral,omitempty"`
}

// scope is core.telegram.org/bots/api#botcommandscope.
type scope struct {
	Type string `json:"type"`
}

// menu lists the commands that people in a scope are offered, in a language.
type menu struct {
	Scope    scope
	Language string // two letters; empty is for all who read none of the others
	Commands []botCommand
}

// menus returns the menus for a command table in all its languages. Readers aren't offered what only managers may do.
// Operators are few, and find their commands in the help.
func menus(table []bot.Command) []menu {
	var list []menu
	for _, code := range languagesOf(table) {
		said := inLanguage(table, code)
		short, _, _ := strings.Cut(code, "-")
		list = append(list,
			menu{scope{"all_private_chats"}, short, offered(said, bot.Managers)},
			menu{scope{"all_group_chats"}, short, inGroups(said, bot.Anyone)},
			menu{scope{"all_chat_administrators"}, short, inGroups(said, bot.Managers)})
	}
	return list
}

// languagesOf returns the languages of a command table, that of its own first, which is "".
func languagesOf(table []bot.Command) []string {
	codes := map[string]bool{}
	for i := range table {
		for code := range table[i].HelpIn {
			codes[code] = true
		}
	}
	return append([]string{""}, slices.Sorted(maps.Keys(codes))...)
}

// inLanguage returns a command table with what commands are for in a language, where that is known.
func inLanguage(table []bot.Command, code string) []bot.Command {
	said := slices.Clone(table)
	for i := range said {
		said[i].Help = cmp.Or(said[i].HelpIn[code], said[i].Help)
	}
	return said
}

// offered returns the commands that are open, at least in part, to people with the given access.
func offered(table []bot.Command, access bot.Access) []botCommand {
	var list []botCommand
	for i := range table {
		if opensTo(&table[i], access) && !table[i].Former {
			list = append(list, botCommand{Command: table[i].Name, Description: table[i].Help})
		}
	}
	return list
}

// inGroups returns the offered commands for groups, where readers' commands are ephemeral. Managers' are not: the
// delivery of an ephemeral confirmation isn't guaranteed.
func inGroups(table []bot.Command, access bot.Access) []botCommand {
	list := offered(table, access)
	for i := range list {
		n := slices.IndexFunc(table, func(c bot.Command) bool { return c.Name == list[i].Command })
		list[i].IsEphemeral = isReaders(&table[n])
	}
	return list
}

// isReaders reports whether everything that a command does is open to anyone.
func isReaders(c *bot.Command) bool {
	for i := range c.Sub {
		if !isReaders(&c.Sub[i]) {
			return false
		}
	}
	return c.Access == bot.Anyone && !c.Changes
}

func opensTo(c *bot.Command, access bot.Access) bool {
	for i := range c.Sub {
		if opensTo(&c.Sub[i], access) {
			return true
		}
	}
	return (len(c.Sub) == 0 || c.Run != nil) && c.Access <= access
}

// publishing sets the menus and the profile in the background, since the bot works without them. The returned function waits for it.
func (s *session) publishing(ctx context.Context) (wait func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() {
		s.describe(ctx)
		s.publish(ctx)
	})
	return func() {
		cancel()
		running.Wait()
	}
}

// publish sets the menus that aren't as they were set last.
func (s *session) publish(ctx context.Context) {
	key := fmt.Sprintf("telegram.commands.%d", s.id)
	text, err := s.state.State(ctx, key)
	if err != nil {
		s.log.WarnContext(ctx, "hashes of the commands not read", "err", err)
	}
	last, now := map[string]string{}, map[string]string{}
	_ = json.Unmarshal([]byte(text), &last) // else all are set anew
	changed := false
	for _, m := range menus(s.handler.Commands()) {
		sum := sha256.Sum256([]byte(encode(m.Commands)))
		name := m.Scope.Type + "/" + m.Language
		if now[name] = hex.EncodeToString(sum[:]); last[name] == now[name] {
			continue
		}
		if changed = true; s.setMenu(ctx, m) != nil {
			return // ctx has ended, or the token is refused, which polling finds too
		}
	}
	if !changed {
		return
	}
	if err := s.state.SetState(ctx, key, encode(now)); err != nil {
		s.log.WarnContext(ctx, "hashes of the commands not kept", "err", err)
	}
}

// setMenu retries until a menu is set or refused.
func (s *session) setMenu(ctx context.Context, m menu) error {
	params := tgbotapi.Params{"scope": encode(m.Scope), "commands": encode(m.Commands)}
	params.AddNonEmpty("language_code", m.Language)
	return s.persist(ctx, "setMyCommands", func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		err := s.client.call(ctx, "setMyCommands", params, nil)
		if isRefusal(err) {
			s.log.ErrorContext(ctx, "menu refused", "scope", m.Scope.Type, "err", err)
			return nil
		}
		return err
	})
}

// commandNames returns all names in the table, and the adapter's own command.
func commandNames(table []bot.Command) *map[string]bool {
	names := map[string]bool{cancelCommand: true}
	for _, c := range table {
		names[c.Name] = true
		for _, alias := range c.Aliases {
			names[alias] = true
		}
	}
	return &names
}
