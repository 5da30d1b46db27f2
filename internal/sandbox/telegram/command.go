package telegram

import (
	"encoding/json"
	"strconv"

	"tidings/internal/lazyregexp"
)

const (
	maxCommands    = 100 // core.telegram.org/bots/api#setmycommands
	maxDescription = 256 // core.telegram.org/bots/api#botcommand
)

var (
	commandName = lazyregexp.New(`^[a-z0-9_]{1,32}$`)
	language    = lazyregexp.New(`^([a-z]{2})?$`)
)

// Scope says who sees a command menu. The zero value is the default scope.
type Scope struct {
	// Type is one of the Bot API's names: "default", "all_private_chats", "all_group_chats",
	// "all_chat_administrators", "chat", "chat_administrators", "chat_member".
	Type string
	// Chat is set for the three types about one chat, User for "chat_member".
	Chat, User int64
}

// menuKey is what one menu is kept under.
type menuKey struct {
	scope    Scope
	language string
}

func (t *StandIn) setMyCommands(c call) (any, error) {
	var raw []struct {
		Command     *string `json:"command"`
		Description *string `json:"description"`
		IsEphemeral bool    `json:"is_ephemeral"`
	}
	if c.text("commands") != "" && !json.Valid([]byte(c.text("commands"))) {
		return nil, badRequest("can't parse commands JSON object")
	}
	if c.text("commands") != "" && json.Unmarshal([]byte(c.text("commands")), &raw) != nil {
		return nil, badRequest("expected an Array of BotCommand")
	}
	list := make([]Command, 0, len(raw))
	for _, r := range raw {
		switch {
		case r.Command == nil:
			return nil, badRequest(`can't parse BotCommand: Can't find field "command"`)
		case r.Description == nil:
			return nil, badRequest(`can't parse BotCommand: Can't find field "description"`)
		}
		list = append(list, Command{Command: *r.Command, Description: *r.Description, IsEphemeral: r.IsEphemeral})
	}
	key, err := t.menuKey(c)
	if err != nil {
		return nil, err
	}
	if err := checkCommands(list); err != nil {
		return nil, err
	}
	t.setMenu(key, list)
	return true, nil
}

func checkCommands(list []Command) error {
	if len(list) > maxCommands {
		return badRequest("BOT_COMMANDS_TOO_MUCH")
	}
	for _, command := range list {
		if !commandName.MatchString(command.Command) {
			return badRequest("BOT_COMMAND_INVALID")
		}
		if n := length(clean(command.Description)); n < 1 || n > maxDescription {
			return badRequest("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	return nil
}

func (t *StandIn) setMenu(key menuKey, list []Command) {
	if len(list) == 0 {
		delete(t.commands, key)
	} else {
		t.commands[key] = list
	}
	t.watchers.Notify(Event{Kind: MenuChanged, Chat: key.scope.Chat})
}

func (t *StandIn) getMyCommands(c call) (any, error) {
	key, err := t.menuKey(c)
	if err != nil {
		return nil, err
	}
	return append([]Command{}, t.commands[key]...), nil
}

func (t *StandIn) deleteMyCommands(c call) (any, error) {
	key, err := t.menuKey(c)
	if err != nil {
		return nil, err
	}
	t.setMenu(key, nil)
	return true, nil
}

func (t *StandIn) menuKey(c call) (menuKey, error) {
	key := menuKey{scope: Scope{Type: "default"}, language: c.text("language_code")}
	if !language.MatchString(key.language) {
		return key, badRequest("LANG_CODE_INVALID")
	}
	raw := c.text("scope")
	if raw == "" {
		return key, nil
	}
	if !json.Valid([]byte(raw)) {
		return key, badRequest("can't parse BotCommandScope JSON object")
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal([]byte(raw), &fields) != nil || fields == nil {
		return key, scopeError("BotCommandScope must be an Object")
	}
	var err error
	key.scope, err = t.scope(fields)
	return key, err
}

func scopeError(reason string) error { return badRequest("can't parse BotCommandScope: " + reason) }

func (t *StandIn) scope(fields map[string]json.RawMessage) (Scope, error) {
	s := Scope{Type: scalar(fields["type"])}
	switch s.Type {
	case "":
		return s, scopeError(`Can't find field "type"`)
	case "default", "all_private_chats", "all_group_chats", "all_chat_administrators":
		return s, nil
	case "chat", "chat_administrators", "chat_member":
	default:
		return s, scopeError("Unsupported type specified")
	}
	if len(fields["chat_id"]) == 0 {
		return s, scopeError(`Can't find field "chat_id"`)
	}
	chat, err := t.chatNamed(scalar(fields["chat_id"]), read)
	switch {
	case err != nil:
		return s, err
	case chat.Type == Private && s.Type != "chat":
		return s, badRequest("can't use specified scope in private chats")
	case chat.Type == Channel:
		return s, badRequest("can't change commands in channel chats")
	}
	s.Chat = chat.ID
	if s.Type == "chat_member" {
		if s.User, err = strconv.ParseInt(scalar(fields["user_id"]), 10, 64); err != nil || s.User <= 0 {
			return s, scopeError("Invalid user_id specified")
		}
	}
	return s, nil
}

// Commands returns the menu set for exactly this scope and language. Language is a two-letter code, or empty.
func (t *StandIn) Commands(scope Scope, language string) []Command {
	if scope.Type == "" {
		scope.Type = "default"
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Command(nil), t.commands[menuKey{scope, language}]...)
}

// Menu returns the commands that a user's client offers in a chat, by Telegram's order of scopes.
func (t *StandIn) Menu(user, chat int64) []Command {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c := t.chats[chat]; c != nil {
		return t.menu(user, c)
	}
	return nil
}

func (t *StandIn) menu(user int64, c *chat) []Command {
	u, chat := t.users[user], c.ID
	if u == nil || c.Type == Channel {
		return nil
	}
	var scopes []Scope
	if c.Type == Private {
		scopes = []Scope{{Type: "chat", Chat: chat}, {Type: "all_private_chats"}, {Type: "default"}}
	} else {
		admin := c.status(user).manages()
		scopes = append(scopes, Scope{Type: "chat_member", Chat: chat, User: user})
		if admin {
			scopes = append(scopes, Scope{Type: "chat_administrators", Chat: chat})
		}
		scopes = append(scopes, Scope{Type: "chat", Chat: chat})
		if admin {
			scopes = append(scopes, Scope{Type: "all_chat_administrators"})
		}
		scopes = append(scopes, Scope{Type: "all_group_chats"}, Scope{Type: "default"})
	}
	for _, scope := range scopes {
		for _, language := range []string{u.Language, ""} {
			if list := t.commands[menuKey{scope, language}]; len(list) > 0 {
				return append([]Command(nil), list...)
			}
		}
	}
	return nil
}
