package discord

import (
	"context"
	"errors"
	"strings"
	"testing"

	"tidings/bot"
	"tidings/bot/bottest"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

func TestMayMention_AsDiscordLetsThePersonAndTheBot(t *testing.T) {
	w := unlimited(t)
	open, shut := w.AddRole(w.guild, "desk", true), w.AddRole(w.guild, "editors", false)
	h := &bottest.Handler{
		Table: []bot.Command{{Name: "mention", Help: "Mention", Args: []bot.Arg{{Name: "who", Help: "Who", Kind: bot.MentionArg}}}},
		Answer: func(ctx context.Context, inv bot.Invocation) bot.Message {
			if len(inv.Mentioned) != 1 || inv.Options["who"] != inv.Mentioned[0].ID {
				return bot.Message{Text: bot.Plain("nobody")}
			}
			m := inv.Mentioned[0]
			err := inv.MayMention(ctx, m)
			if fault := (*bot.UserError)(nil); errors.As(err, &fault) {
				return bot.Message{Text: bot.Plain("no: " + fault.Error())}
			} else if err != nil {
				return bot.Message{Text: bot.Plain("broken: " + err.Error())}
			}
			return bot.Message{Text: bot.Plain("yes: " + string(m.Kind) + " " + m.Name)}
		},
	}
	w.run(t, h)
	const all = sandboxdiscord.MemberDefault | int64(mentionAll)
	for _, tt := range []struct {
		name        string
		person, own int64
		who, want   string
	}{
		{"a role that anyone may mention", sandboxdiscord.MemberDefault, sandboxdiscord.MemberDefault, open, "yes: role desk"},
		{"a role, without the right", sandboxdiscord.MemberDefault, all, shut, "no: You can't mention"},
		{"a role that the bot may not mention", all, sandboxdiscord.MemberDefault, shut, "no: I can't mention"},
		{"a role that both may mention", all, all, shut, "yes: role editors"},
		{"everyone", all, all, w.guild, "no: I don't mention everyone"},
		{"a person", sandboxdiscord.MemberDefault, sandboxdiscord.MemberDefault, w.member, "yes: person"},
	} {
		w.SetMemberPermissions(w.channel, w.manager, tt.person)
		w.SetBotPermissions(w.channel, tt.own)
		it, err := w.Command(within(t), w.manager, w.channel, "mention", []sandboxdiscord.Option{{Name: "who", Value: tt.who}})
		if err != nil {
			t.Fatal(err)
		}
		if m, err := it.Reply(within(t)); err != nil || !strings.HasPrefix(strings.ReplaceAll(m.Content, "\\", ""), tt.want) {
			t.Errorf("%s: answered %q, %v, want %q", tt.name, m.Content, err, tt.want)
		}
	}
}

func TestMentionable_ListsTheRolesThatThePersonAndTheBotMayMention(t *testing.T) {
	w := unlimited(t)
	w.AddRole(w.guild, "readers", true)
	w.AddRole(w.guild, "desk", true)
	w.AddRole(w.guild, "editors", false)
	h := &bottest.Handler{
		Table: []bot.Command{{Name: "roles", Help: "Roles"}},
		Answer: func(ctx context.Context, inv bot.Invocation) bot.Message {
			list, err := inv.Mentionable(ctx)
			if err != nil {
				return bot.Message{Text: bot.Plain(err.Error())}
			}
			var names []string
			for _, m := range list {
				if m.Kind != bot.RoleMention || m.ID == "" {
					t.Errorf("%+v isn't a role", m)
				}
				names = append(names, m.Name)
			}
			return bot.Message{Text: bot.Plain("roles: " + strings.Join(names, ", "))}
		},
	}
	w.run(t, h)
	const all = sandboxdiscord.MemberDefault | int64(mentionAll)
	for _, tt := range []struct {
		person, own int64
		want        string
	}{
		{sandboxdiscord.MemberDefault, all, "roles: desk, readers"},
		{all, sandboxdiscord.MemberDefault, "roles: desk, readers"},
		{all, all, "roles: rainbow, desk, editors, readers"},
	} {
		w.SetMemberPermissions(w.channel, w.manager, tt.person)
		w.SetBotPermissions(w.channel, tt.own)
		it, err := w.Command(within(t), w.manager, w.channel, "roles", nil)
		if err != nil {
			t.Fatal(err)
		}
		if m, err := it.Reply(within(t)); err != nil || m.Content != tt.want {
			t.Errorf("answered %q, %v, want %q", m.Content, err, tt.want)
		}
	}
}
