package discord

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"

	"tidings/bot"
)

// mentioned returns the role or person that an option names.
func (it *interaction) mentioned() []bot.Mention {
	var list []bot.Mention
	options := it.Data.Options
	for len(options) == 1 && options[0].Value == nil && options[0].Type < optionString {
		options = options[0].Options
	}
	for _, o := range options {
		if o.Type != optionMention {
			continue
		}
		id := o.text()
		if role, ok := it.Data.Resolved.Roles[id]; ok {
			list = append(list, bot.Mention{Kind: bot.RoleMention, ID: id, Name: role.Name})
		} else if u, ok := it.Data.Resolved.Users[id]; ok {
			list = append(list, bot.Mention{Kind: bot.PersonMention, ID: id, Name: u.user("").Name})
		}
	}
	return list
}

// heldBy returns what a member may do in the channel of an interaction; nothing in a direct message.
func heldBy(m *wireMember) permissions {
	if m == nil {
		return 0
	}
	return m.Permissions
}

// mayMention returns the check whether somebody with these rights, and the bot with its own, may notify a role or a person.
// Who may mention what is Discord's own rule: a role that isn't mentionable needs a right. @everyone and @here are out.
func (r *run) mayMention(it *interaction, held permissions, own *permissions) func(context.Context, bot.Mention) error {
	return func(ctx context.Context, m bot.Mention) error {
		switch {
		case m.Kind == bot.PersonMention && it.GuildID == "":
			if it.User != nil && m.ID == it.User.ID {
				return nil
			}
			return bot.UserErrorf("Here I can mention only you.")
		case m.Kind == bot.PersonMention:
			return r.isMember(ctx, it.GuildID, m.ID)
		case it.GuildID == "":
			return bot.UserErrorf("There are no roles to mention here.")
		case m.ID == it.GuildID:
			return bot.UserErrorf("I don't mention everyone. Pick a role, or somebody.")
		}
		role, err := r.role(ctx, it, m.ID)
		if err != nil {
			return err
		}
		return role.mayMention(held, own)
	}
}

// mayMention is the check of mayMention for a role.
func (role *wireRole) mayMention(held permissions, own *permissions) error {
	switch {
	case role.Mentionable:
		return nil
	case !held.any(mentionAll):
		return bot.UserErrorf("You can't mention @%s yourself, so I won't do it for you.", role.Name)
	case own != nil && !own.any(mentionAll):
		return bot.UserErrorf("I can't mention @%s. Grant me “Mention @everyone, @here, and All Roles”, or let anyone mention that role, and try again.", role.Name)
	}
	return nil
}

// mentionable lists the roles of a server that somebody with these rights, and the bot with its own, may notify. Roles that a
// bot came with are out: nobody reads what notifies them.
func (r *run) mentionable(guild string, held permissions, own *permissions) func(context.Context) ([]bot.Mention, error) {
	if guild == "" {
		return nil
	}
	return func(ctx context.Context) ([]bot.Mention, error) {
		roles, err := r.rolesOf(ctx, guild)
		roles = slices.DeleteFunc(roles, func(role wireRole) bool {
			return role.ID == guild || role.Tags.Bot != "" || role.mayMention(held, own) != nil
		})
		slices.SortFunc(roles, func(a, b wireRole) int { return cmp.Or(b.Position-a.Position, cmp.Compare(a.Name, b.Name)) })
		list := make([]bot.Mention, len(roles))
		for i, role := range roles {
			list[i] = bot.Mention{Kind: bot.RoleMention, ID: role.ID, Name: role.Name}
		}
		return list, err
	}
}

// rolesOf asks Discord for the roles of a server.
func (r *run) rolesOf(ctx context.Context, guild string) (roles []wireRole, err error) {
	err = r.rest.call(ctx, http.MethodGet, guildPath(guild)+"/roles", nil, &roles)
	return roles, err
}

// role returns a role of the server, which came with the interaction or Discord is asked for.
func (r *run) role(ctx context.Context, it *interaction, id string) (wireRole, error) {
	if role, ok := it.Data.Resolved.Roles[id]; ok {
		return role, nil
	}
	roles, err := r.rolesOf(ctx, it.GuildID)
	if err != nil {
		return wireRole{}, err
	}
	for _, role := range roles {
		if role.ID == id {
			return role, nil
		}
	}
	return wireRole{}, bot.UserErrorf("There's no such role in this server.")
}

// isMember fails unless somebody is in a server.
func (r *run) isMember(ctx context.Context, guild, user string) error {
	err := r.rest.call(ctx, http.MethodGet, guildPath(guild)+"/members/"+url.PathEscape(user), nil, &wireMember{})
	if isNotFound(err) || err != nil && sendError(err).Kind == bot.TargetGone {
		return bot.UserErrorf("I can mention only people who are in this server.")
	}
	return err
}
