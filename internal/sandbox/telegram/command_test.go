package telegram

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCommands_AreKeptByScopeAndLanguage(t *testing.T) {
	b := startedBench(t, Config{})
	group, err := b.AddGroup("Desk", b.ann.ID)
	b.noError(err)
	bob := b.AddUser(User{FirstName: "Bob", Language: "de"})
	set := func(name string, params map[string]any) []Command {
		list := []Command{{Command: name, Description: "d"}}
		params["commands"] = list
		b.must(nil, "setMyCommands", params)
		return list
	}
	all := set("all", map[string]any{})
	private := set("private", map[string]any{"scope": map[string]any{"type": "all_private_chats"}})
	german := set("privat", map[string]any{"scope": `{"type":"all_private_chats"}`, "language_code": "de"})
	admins := set("admins", map[string]any{"scope": map[string]any{"type": "all_chat_administrators"}})
	own := set("own", map[string]any{"scope": map[string]any{"type": "chat_member", "chat_id": group.ID, "user_id": bob.ID}})

	for _, tt := range []struct {
		name       string
		user, chat int64
		want       []Command
	}{
		{"private", b.ann.ID, b.ann.ID, private},
		{"private, German", bob.ID, bob.ID, german},
		{"administrator", b.ann.ID, group.ID, admins},
		{"member by name", bob.ID, group.ID, own},
		{"member", b.Bot().ID, group.ID, all},
		{"nobody", 1, group.ID, nil},
	} {
		if diff := cmp.Diff(tt.want, b.Menu(tt.user, tt.chat)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	var got []Command
	b.must(&got, "getMyCommands", map[string]any{"scope": map[string]any{"type": "all_private_chats"}, "language_code": "de"})
	if !cmp.Equal(got, german) || !cmp.Equal(b.Commands(Scope{}, ""), all) {
		t.Errorf("got %v", got)
	}
	b.must(nil, "deleteMyCommands", nil)
	b.must(&got, "getMyCommands", nil)
	if len(got) != 0 {
		t.Errorf("deleted commands are still there: %v", got)
	}
}

func TestCommands_RefuseWhatTelegramRefuses(t *testing.T) {
	b := startedBench(t, Config{})
	channel, err := b.AddChannel("News", b.ann.ID)
	b.noError(err)
	command := func(name, description string) map[string]any {
		return map[string]any{"commands": []Command{{Command: name, Description: description}}}
	}
	scope := func(scope any) map[string]any { return map[string]any{"scope": scope} }
	for _, tt := range []struct {
		words  string
		params map[string]any
	}{
		{"BOT_COMMAND_INVALID", command("Upper", "d")},
		{"BOT_COMMAND_INVALID", command("a-b", "d")},
		{"BOT_COMMAND_INVALID", command(strings.Repeat("a", 33), "d")},
		{"BOT_COMMAND_DESCRIPTION_INVALID", command("a", " ")},
		{"BOT_COMMAND_DESCRIPTION_INVALID", command("a", strings.Repeat("d", 257))},
		{"BOT_COMMANDS_TOO_MUCH", map[string]any{"commands": make([]Command, 101)}},
		{"can't parse commands JSON object", map[string]any{"commands": "["}},
		{"expected an Array of BotCommand", map[string]any{"commands": "{}"}},
		{`can't parse BotCommand: Can't find field "description"`, map[string]any{"commands": `[{"command":"a"}]`}},
		{`can't parse BotCommand: Can't find field "command"`, map[string]any{"commands": `[{"description":"a"}]`}},
		{"LANG_CODE_INVALID", map[string]any{"language_code": "deu"}},
		{"can't parse BotCommandScope JSON object", scope("{")},
		{"can't parse BotCommandScope: BotCommandScope must be an Object", scope("[]")},
		{"can't parse BotCommandScope: Unsupported type specified", scope(map[string]any{"type": "all"})},
		{`can't parse BotCommandScope: Can't find field "type"`, scope(map[string]any{})},
		{`can't parse BotCommandScope: Can't find field "chat_id"`, scope(map[string]any{"type": "chat"})},
		{"chat not found", scope(map[string]any{"type": "chat", "chat_id": 1})},
		{"can't use specified scope in private chats", scope(map[string]any{"type": "chat_administrators", "chat_id": b.ann.ID})},
		{"can't change commands in channel chats", scope(map[string]any{"type": "chat", "chat_id": channel.ID})},
	} {
		b.refused(400, "Bad Request: "+tt.words, "setMyCommands", tt.params)
	}
}
