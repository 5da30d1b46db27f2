package answer

import (
	"context"

	"tidings/bot"
)

// venueOf returns what kind of chat a request is about. One that can't be learned now counts as an ordinary one: what depends
// on it is a word more or less.
func (h *Handler) venueOf(ctx context.Context, inv bot.Invocation) bot.Venue {
	if inv.Venue == nil {
		return bot.Venue{}
	}
	v, err := inv.Venue(ctx)
	if err != nil {
		h.logger.WarnContext(ctx, "kind of chat unknown", "target", inv.Target.String(), "err", err)
	}
	return v
}

// howPosted says, after another sentence, how alerts appear in a chat, where that isn't one message after another.
func howPosted(v bot.Venue) bot.Text {
	var how bot.Text
	switch {
	case v.Forum:
		how = bot.Say("Each becomes a post of its own; what follows on the same story goes into that post.")
	case v.PostIn != "":
		how = bot.Say("They come into this post. For a post of its own for each, pick the forum %s as %s of /subscribe.",
			bot.Plain(v.PostIn), bot.Styled(otherChat().Name+":", bot.Code))
	case v.Published:
		how = bot.Say("They are published to the channels that follow this one too, as many as the platform allows.")
	}
	if how == nil {
		return nil
	}
	return bot.Join(bot.Plain(" "), how)
}

// unpublished says that some alerts weren't passed on.
func unpublished(v bot.Venue) bot.Text {
	if v.Unpublished == 0 {
		return nil
	}
	return bot.Join(bot.Plain("\n"), bot.Count(v.Unpublished,
		"In the last 24 hours, %d alert here wasn't published to the channels that follow this one: that's more than the platform allows in an hour.",
		"In the last 24 hours, %d alerts here weren't published to the channels that follow this one: that's more than the platform allows in an hour."))
}
