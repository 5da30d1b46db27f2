package answer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tidings/bot"
)

// mentionOption is whom alerts notify by name.
func (h *Handler) mentionOption() option[bot.Subscription] {
	return option[bot.Subscription]{
		name: "mention", names: []string{"mentions", "ping", "notify"}, help: "A role or somebody that each alert mentions", kind: bot.MentionArg,
		title: bot.Say("Mentions"), hint: bot.Say("“me”, or by the command: %s", code("/subscription 1 mention: …")),
		offers: []offer{{"off", bot.Say("Nobody")}, {"me", bot.Say("Me")}}, offersHere: h.mentionable,
		takes: isWord("me", "off", "none"),
		read:  h.readMentions,
		value: func(s *bot.Subscription) string { return formatMentions(s.Preferences.Mentions) },
		line:  mentionWords,
		done: func(s *bot.Subscription) bot.Text {
			if len(s.Preferences.Mentions) == 0 {
				return bot.Say("Its alerts mention nobody.")
			}
			return bot.Say("Its alerts mention %s.", mentionNames(s.Preferences.Mentions))
		},
	}
}

// mentionable offers the roles that a request may mention. Where they can't be listed they can still be named.
func (h *Handler) mentionable(ctx context.Context, r *bot.Request) []offer {
	if r.Mentionable == nil {
		return nil
	}
	list, err := r.Mentionable(ctx)
	if err != nil {
		h.logger.WarnContext(ctx, "roles not listed", "target", r.Target.String(), "err", err)
	}
	offers := make([]offer, len(list))
	for i, m := range list {
		one := []bot.Mention{m}
		offers[i] = offer{formatMentions(one), mentionNames(one)}
	}
	return offers
}

// readMentions reads whom to mention: whoever the platform says the command names, the user, or nobody. Each is added to those
// that there are.
func (h *Handler) readMentions(ctx context.Context, r *bot.Request, value string) (func(*bot.Subscription), error) {
	if oneOf(value, "off", "none", "nobody", "no") != "" {
		return func(s *bot.Subscription) { s.Preferences.Mentions = nil }, nil
	}
	list := r.Mentioned
	if kept := parseMentions(value); len(kept) > 0 {
		list = kept
	}
	if isMe(value) {
		list = []bot.Mention{me(r)}
	}
	switch {
	case len(list) == 0 && strings.Contains(value, "everyone") || strings.Contains(value, "@here"):
		return nil, bot.UserErrorf("I don't mention everyone. Pick a role, or somebody.")
	case len(list) == 0:
		return nil, bot.UserErrorf("I can't tell who “%s” is. Where roles and people can be picked, pick one; elsewhere reply to a message of theirs, or type %s.",
			clip(value), code("mention me"))
	case r.MayMention == nil:
		return nil, bot.UserErrorf("Nobody can be mentioned here.")
	}
	for _, m := range list {
		if err := r.MayMention(ctx, m); err != nil {
			return nil, err
		}
	}
	return func(s *bot.Subscription) {
		for _, m := range list {
			known := slices.ContainsFunc(s.Preferences.Mentions, func(o bot.Mention) bool { return o.Kind == m.Kind && o.ID == m.ID })
			if !known && len(s.Preferences.Mentions) < bot.MaxMentions {
				s.Preferences.Mentions = append(slices.Clone(s.Preferences.Mentions), m)
			}
		}
	}, nil
}

func isMe(value string) bool { return oneOf(value, "me", "myself") != "" }

// me mentions whoever asks.
func me(r *bot.Request) bot.Mention {
	return bot.Mention{Kind: bot.PersonMention, ID: r.User.ID, Name: r.User.Name}
}

// formatMentions returns mentions as buttons and files carry them: a line each.
func formatMentions(list []bot.Mention) string {
	lines := make([]string, len(list))
	for i, m := range list {
		lines[i] = fmt.Sprintf("%s/%s/%s", m.Kind, m.ID, bot.CleanText(m.Name, bot.MaxName))
	}
	return strings.Join(lines, "\n")
}

// parseMentions reads what formatMentions wrote, nothing else. Whether they may be is asked again.
func parseMentions(s string) []bot.Mention {
	var list []bot.Mention
	for line := range strings.Lines(s) {
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), "/")
		id, name, ok := strings.Cut(rest, "/")
		m := bot.Mention{Kind: bot.MentionKind(kind), ID: id, Name: name}
		if !ok || m.Kind != bot.RoleMention && m.Kind != bot.PersonMention {
			return nil
		}
		list = append(list, m)
	}
	return list
}
