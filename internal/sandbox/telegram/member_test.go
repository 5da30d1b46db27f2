package telegram

import (
	"testing"
)

func TestMember_BotsComingsAndGoingsAreUpdates(t *testing.T) {
	b := newBench(t, Config{Unlimited: true})
	type change struct{ from, to Status }
	changes := func() []change {
		var list []change
		for _, u := range b.updates() {
			if u.BotMember != nil {
				list = append(list, change{u.BotMember.Old.Status, u.BotMember.New.Status})
			}
		}
		return list
	}
	group, err := b.AddSupergroup("Desk", b.ann.ID)
	b.noError(err)
	if got := changes(); len(got) != 1 || got[0] != (change{Left, Member}) {
		t.Errorf("added: %v", got)
	}
	for _, step := range []struct {
		name  string
		do    func() error
		to    Status
		words string // what sending answers; empty means it works
	}{
		{"kicked", func() error { return b.Kick(group.ID) }, Kicked, "Forbidden: bot was kicked from the supergroup chat"},
		{"back", func() error { return b.Return(group.ID) }, Member, ""},
		{"restricted", func() error { return b.RestrictBot(group.ID) }, Restricted, "Bad Request: not enough rights to send text messages to the chat"},
		{"promoted", func() error { return b.SetMember(group.ID, b.Bot().ID, Administrator) }, Administrator, ""},
		{"left", func() error { b.must(nil, "leaveChat", map[string]any{"chat_id": group.ID}); return nil }, Left, "Forbidden: bot is not a member of the supergroup chat"},
	} {
		b.noError(step.do())
		if got := changes(); len(got) != 1 || got[0].to != step.to {
			t.Errorf("%s: got %v, want one change to %s", step.name, got, step.to)
		}
		if r := b.call("sendMessage", map[string]any{"chat_id": group.ID, "text": "x"}); r.Description != step.words {
			t.Errorf("%s: send answered %q, want %q", step.name, r.Description, step.words)
		}
	}
}

func TestMember_EveryKindOfChatRefusesInItsOwnWords(t *testing.T) {
	b := startedBench(t, Config{Unlimited: true})
	group, err := b.AddGroup("Desk", b.ann.ID)
	b.noError(err)
	channel, err := b.AddChannel("News", b.ann.ID)
	b.noError(err)
	send := func(chat int64, words string) {
		t.Helper()
		b.refused(403, words, "sendMessage", map[string]any{"chat_id": chat, "text": "x"})
	}
	b.noError(b.Kick(group.ID))
	send(group.ID, "Forbidden: bot was kicked from the group chat")
	b.noError(b.SetMember(group.ID, b.Bot().ID, Left))
	send(group.ID, "Forbidden: bot is not a member of the group chat")
	b.noError(b.Kick(channel.ID))
	send(channel.ID, "Forbidden: bot was kicked from the channel chat")
	b.noError(b.SetMember(channel.ID, b.Bot().ID, Left))
	send(channel.ID, "Forbidden: bot is not a member of the channel chat")
	b.noError(b.Return(channel.ID))
	b.noError(b.RestrictBot(channel.ID))
	b.refused(400, "Bad Request: need administrator rights in the channel chat", "sendMessage",
		map[string]any{"chat_id": channel.ID, "text": "x"})

	b.noError(b.Block(b.ann.ID))
	send(b.ann.ID, "Forbidden: bot was blocked by the user")
	if _, err := b.Say(b.ann.ID, b.ann.ID, 0, "x"); err == nil {
		t.Error("a person wrote to a bot that they have blocked")
	}
	_, err = b.Start(b.ann.ID, "again")
	b.noError(err)
	b.must(nil, "sendMessage", map[string]any{"chat_id": b.ann.ID, "text": "x"})
}

func TestMember_MigrationSpeaksOnBothSides(t *testing.T) {
	b := newBench(t, Config{Unlimited: true})
	group, err := b.AddGroup("Desk", b.ann.ID)
	b.noError(err)
	b.updates()
	super, err := b.MigrateGroup(group.ID)
	b.noError(err)
	got := b.updates()
	if len(got) != 2 || got[0].Message.MigrateTo != super.ID || got[0].Message.Chat.ID != group.ID ||
		got[1].Message.MigrateFrom != group.ID || got[1].Message.Chat.ID != super.ID {
		t.Errorf("updates: %+v", got)
	}
	r := b.refused(400, "Bad Request: group chat was upgraded to a supergroup chat", "sendMessage",
		map[string]any{"chat_id": group.ID, "text": "x"})
	if r.Parameters.MigrateTo != super.ID {
		t.Errorf("migrate_to_chat_id: got %d, want %d", r.Parameters.MigrateTo, super.ID)
	}
	b.must(nil, "sendMessage", map[string]any{"chat_id": super.ID, "text": "x"})
	if _, err := b.Say(b.ann.ID, group.ID, 0, "x"); err == nil {
		t.Error("a person wrote in a migrated group")
	}
	if _, err := b.MigrateGroup(group.ID); err == nil {
		t.Error("a group was migrated twice")
	}
}

func TestMember_RightsCanBeQueried(t *testing.T) {
	b := startedBench(t, Config{})
	bob := b.AddUser(User{FirstName: "Bob"})
	group, err := b.AddSupergroup("Desk", b.ann.ID)
	b.noError(err)
	channel, err := b.AddChannel("News", b.ann.ID)
	b.noError(err)
	status := func(chat, user int64) (s struct {
		Status Status `json:"status"`
	},
	) {
		b.must(&s, "getChatMember", map[string]any{"chat_id": chat, "user_id": user})
		return s
	}
	b.noError(b.SetMember(group.ID, bob.ID, Restricted))
	for user, want := range map[int64]Status{b.ann.ID: Creator, bob.ID: Restricted, b.Bot().ID: Member} {
		if got := status(group.ID, user).Status; got != want {
			t.Errorf("user %d: got %s, want %s", user, got, want)
		}
	}
	if _, err := b.Say(bob.ID, group.ID, 0, "x"); err == nil {
		t.Error("a restricted member wrote")
	}
	if got := status(channel.ID, bob.ID).Status; got != Left {
		t.Errorf("channel: got %s", got)
	}
	var admins []struct {
		User User `json:"user"`
	}
	b.must(&admins, "getChatAdministrators", map[string]any{"chat_id": channel.ID})
	if len(admins) != 2 || admins[0].User.ID != b.ann.ID || admins[1].User.ID != b.Bot().ID {
		t.Errorf("administrators: %+v", admins)
	}
	var chat Chat
	b.must(&chat, "getChat", map[string]any{"chat_id": channel.ID})
	if chat != channel {
		t.Errorf("getChat: got %+v, want %+v", chat, channel)
	}
	b.refused(400, "Bad Request: there are no administrators in the private chat", "getChatAdministrators",
		map[string]any{"chat_id": b.ann.ID})
	b.refused(400, "Bad Request: PARTICIPANT_ID_INVALID", "getChatMember", map[string]any{"chat_id": group.ID, "user_id": 1})
	b.noError(b.SetMember(channel.ID, b.Bot().ID, Member))
	b.refused(400, "Bad Request: member list is inaccessible", "getChatMember",
		map[string]any{"chat_id": channel.ID, "user_id": b.ann.ID})
}
