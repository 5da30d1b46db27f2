package sandbox

import (
	"encoding/json"
	"regexp"
	"strconv"
)

const (
	tgMaxCommands    = 100 // core.telegram.org/bots/api#setmycommands
	tgMaxDescription = 256 // core.telegram.org/bots/api#botcommand
)

var (
	tgCommandName = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	tgLanguage    = regexp.MustCompile(`^([a-z]{2})?$`)
)

// TelegramScope says who sees a command menu. The zero value is the default scope.
type TelegramScope struct {
	// Type is one of the Bot API's names: "default", "all_private_chats", "all_group_chats",
	// "all_chat_administrators", "chat", "chat_administrators", "chat_member".
	Type string
	// Chat is set for the three types about one chat, User for "chat_member".
	Chat, User int64
}

// tgMenuKey is what one menu is kept under.
type tgMenuKey struct {
	scope    TelegramScope
	language string
}

func (t *Telegram) setMyCommands(c tgCall) (any, error) {
	var raw []struct {
		Command     *string `json:"command"`
		Description *string `json:"description"`
	}
	if c.text("commands") != "" && !json.Valid([]byte(c.text("commands"))) {
		return nil, tgBadRequest("can't parse commands JSON object")
	}
	if c.text("commands") != "" && json.Unmarshal([]byte(c.text("commands")), &raw) != nil {
		return nil, tgBadRequest("expected an Array of BotCommand")
	}
	list := make([]TelegramCommand, 0, len(raw))
	for _, r := range raw {
		switch {
		case r.Command == nil:
			return nil, tgBadRequest(`can't parse BotCommand: Can't find field "command"`)
		case r.Description == nil:
			return nil, tgBadRequest(`can't parse BotCommand: Can't find field "description"`)
		}
		list = append(list, TelegramCommand{Command: *r.Command, Description: *r.Description})
	}
	key, err := t.menuKey(c)
	if err != nil {
		return nil, err
	}
	if err := tgCheckCommands(list); err != nil {
		return nil, err
	}
	t.setMenu(key, list)
	return true, nil
}

func tgCheckCommands(list []TelegramCommand) error {
	if len(list) > tgMaxCommands {
		return tgBadRequest("BOT_COMMANDS_TOO_MUCH")
	}
	for _, command := range list {
		if !tgCommandName.MatchString(command.Command) {
			return tgBadRequest("BOT_COMMAND_INVALID")
		}
		if n := tgLength(tgClean(command.Description)); n < 1 || n > tgMaxDescription {
			return tgBadRequest("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	return nil
}

func (t *Telegram) setMenu(key tgMenuKey, list []TelegramCommand) {
	if len(list) == 0 {
		delete(t.commands, key)
	} else {
		t.commands[key] = list
	}
	t.notify(TelegramEvent{Kind: TelegramMenuChanged, Chat: key.scope.Chat})
}

func (t *Telegram) getMyCommands(c tgCall) (any, error) {
	key, err := t.menuKey(c)
	if err != nil {
		return nil, err
	}
	return append([]TelegramCommand{}, t.commands[key]...), nil
}

func (t *Telegram) deleteMyCommands(c tgCall) (any, error) {
	key, err := t.menuKey(c)
	if err != nil {
		return nil, err
	}
	t.setMenu(key, nil)
	return true, nil
}

func (t *Telegram) menuKey(c tgCall) (tgMenuKey, error) {
	key := tgMenuKey{scope: TelegramScope{Type: "default"}, language: c.text("language_code")}
	if !tgLanguage.MatchString(key.language) {
		return key, tgBadRequest("LANG_CODE_INVALID")
	}
	raw := c.text("scope")
	if raw == "" {
		return key, nil
	}
	if !json.Valid([]byte(raw)) {
		return key, tgBadRequest("can't parse BotCommandScope JSON object")
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal([]byte(raw), &fields) != nil || fields == nil {
		return key, tgScopeError("BotCommandScope must be an Object")
	}
	var err error
	key.scope, err = t.scope(fields)
	return key, err
}

func tgScopeError(reason string) error { return tgBadRequest("can't parse BotCommandScope: " + reason) }

func (t *Telegram) scope(fields map[string]json.RawMessage) (TelegramScope, error) {
	s := TelegramScope{Type: tgScalar(fields["type"])}
	switch s.Type {
	case "":
		return s, tgScopeError(`Can't find field "type"`)
	case "default", "all_private_chats", "all_group_chats", "all_chat_administrators":
		return s, nil
	case "chat", "chat_administrators", "chat_member":
	default:
		return s, tgScopeError("Unsupported type specified")
	}
	if len(fields["chat_id"]) == 0 {
		return s, tgScopeError(`Can't find field "chat_id"`)
	}
	chat, err := t.chatNamed(tgScalar(fields["chat_id"]), tgRead)
	switch {
	case err != nil:
		return s, err
	case chat.Type == TelegramPrivate && s.Type != "chat":
		return s, tgBadRequest("can't use specified scope in private chats")
	case chat.Type == TelegramChannel:
		return s, tgBadRequest("can't change commands in channel chats")
	}
	s.Chat = chat.ID
	if s.Type == "chat_member" {
		if s.User, err = strconv.ParseInt(tgScalar(fields["user_id"]), 10, 64); err != nil || s.User <= 0 {
			return s, tgScopeError("Invalid user_id specified")
		}
	}
	return s, nil
}

// Commands returns the menu set for exactly this scope and language. Language is a two-letter code, or empty.
func (t *Telegram) Commands(scope TelegramScope, language string) []TelegramCommand {
	if scope.Type == "" {
		scope.Type = "default"
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]TelegramCommand(nil), t.commands[tgMenuKey{scope, language}]...)
}

// Menu returns the commands that a user's client offers in a chat, by Telegram's order of scopes.
func (t *Telegram) Menu(user, chat int64) []TelegramCommand {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, u := t.chats[chat], t.users[user]
	if c == nil || u == nil || c.Type == TelegramChannel {
		return nil
	}
	var scopes []TelegramScope
	if c.Type == TelegramPrivate {
		scopes = []TelegramScope{{Type: "chat", Chat: chat}, {Type: "all_private_chats"}, {Type: "default"}}
	} else {
		admin := c.status(user).manages()
		scopes = append(scopes, TelegramScope{Type: "chat_member", Chat: chat, User: user})
		if admin {
			scopes = append(scopes, TelegramScope{Type: "chat_administrators", Chat: chat})
		}
		scopes = append(scopes, TelegramScope{Type: "chat", Chat: chat})
		if admin {
			scopes = append(scopes, TelegramScope{Type: "all_chat_administrators"})
		}
		scopes = append(scopes, TelegramScope{Type: "all_group_chats"}, TelegramScope{Type: "default"})
	}
	for _, scope := range scopes {
		for _, language := range []string{u.Language, ""} {
			if list := t.commands[tgMenuKey{scope, language}]; len(list) > 0 {
				return append([]TelegramCommand(nil), list...)
			}
		}
	}
	return nil
}
