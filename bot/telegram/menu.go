package telegram

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

// botCommand is core.telegram.org/bots/api#botcommand.
type botCommand struct {
	Command     string `json:"command"`
	Description string `json:"description"`
	// IsEphemeral has the answer seen by who asks alone, where the server knows that (Bot API 10.2).
	IsEphemeral bool `json:"is_ephemeral,omitempty"`
}

// scope is core.telegram.org/bots/api#botcommandscope.
type scope struct {
	Type string `json:"type"`
}

// menu is what the people of a scope are offered.
type menu struct {
	Scope    scope
	Commands []botCommand
}

// menus returns the menus that follow from the table: those who cannot manage a group are not
// offered what they may not do. Operators are few and find their commands in the help.
func menus(table []bot.Command) []menu {
	return []menu{
		{Scope: scope{"all_private_chats"}, Commands: offered(table, bot.Managers)},
		{Scope: scope{"all_group_chats"}, Commands: amongOthers(table, bot.Anyone)},
		{Scope: scope{"all_chat_administrators"}, Commands: amongOthers(table, bot.Managers)},
	}
}

// offered returns the commands of which at least a part is open to somebody with the given access.
func offered(table []bot.Command, access bot.Access) []botCommand {
	var list []botCommand
	for i := range table {
		if opensTo(&table[i], access) {
			list = append(list, botCommand{Command: table[i].Name, Description: table[i].Help})
		}
	}
	return list
}

// amongOthers returns the offered commands as groups have them: what readers may do is nobody else's business. What only
// managers may do is confirmed for all to see, because ephemeral messages need not arrive.
func amongOthers(table []bot.Command, access bot.Access) []botCommand {
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
	return c.Access == bot.Anyone
}

func opensTo(c *bot.Command, access bot.Access) bool {
	for i := range c.Sub {
		if opensTo(&c.Sub[i], access) {
			return true
		}
	}
	return (len(c.Sub) == 0 || c.Run != nil) && c.Access <= access
}

// publishing sets the menus in the background, because the bot can do without, and returns what waits
// for the end of it.
func (s *session) publishing(ctx context.Context) (wait func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { s.publish(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
}

// publish sets the menus, unless they are those that were set last.
func (s *session) publish(ctx context.Context) {
	list := menus(s.handler.Commands())
	sum := sha256.Sum256([]byte(encode(list)))
	hash, key := hex.EncodeToString(sum[:]), fmt.Sprintf("telegram.commands.%d", s.id)
	last, err := s.state.State(ctx, key)
	if err != nil {
		s.log.WarnContext(ctx, "hash of the commands not read", "err", err)
	}
	if last == hash {
		return
	}
	for _, m := range list {
		if s.setMenu(ctx, m) != nil {
			return // ctx has ended, or the token is refused, which polling finds too
		}
	}
	if err := s.state.SetState(ctx, key, hash); err != nil {
		s.log.WarnContext(ctx, "hash of the commands not kept", "err", err)
	}
}

// setMenu tries to set one menu until it is set or refused.
func (s *session) setMenu(ctx context.Context, m menu) error {
	params := tgbotapi.Params{"scope": encode(m.Scope), "commands": encode(m.Commands)}
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

// commandNames returns all names that the table answers to, and the one that the adapter itself does.
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
