package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// subscribe answers /subscribe.
func (h *handler) subscribe(ctx context.Context, r Request) (Message, error) {
	f, err := parseFilter(r.Args["filter"])
	if err != nil {
		return Message{}, err
	}
	if err := h.checkRights(ctx, r); err != nil {
		return Message{}, err
	}
	s, err := h.store.Subscribe(ctx, Subscription{Target: r.Target, Filter: f.String(), CreatedBy: r.User.ID})
	if errors.Is(err, ErrExists) {
		return Message{}, h.alreadySubscribed(f.String())
	}
	if err != nil {
		return Message{}, fmt.Errorf("subscribe %s: %w", r.Target, err)
	}
	a, err := h.newest(ctx, f)
	if err != nil {
		return Message{}, err
	}
	t := Join(Plain(fmt.Sprintf("Subscribed (number %d): ", s.Number)), about(s.Filter),
		Plain(" will be posted here from now on. Nothing old will be posted."))
	if a == nil {
		t = Join(t, Plain("\n\nNo stored article matches it yet."))
	} else {
		t = Join(t, Plain("\n\nThe newest article it would have sent:\n"), h.headline(a, nil))
	}
	return Message{Text: t}, h.welcomeBack(ctx, r.Target)
}

// checkRights refuses if the bot may not post alerts where the request came from.
func (h *handler) checkRights(ctx context.Context, r Request) error {
	if r.Lacking == nil {
		return nil
	}
	lacking, err := r.Lacking(ctx)
	if err != nil {
		return fmt.Errorf("ask for the bot's rights in %s: %w", r.Target, err)
	}
	if len(lacking) == 0 {
		return nil
	}
	return UserErrorf("I cannot post alerts here yet. Nothing was changed. Please grant me: %s. Then try again.",
		strings.Join(lacking, ", "))
}

// about returns a filter in words: the articles it takes.
func about(filter string) Text {
	if filter == "" {
		return Plain("every new article")
	}
	return Join(Plain("new articles that match "), Styled(filter, Code))
}

func (h *handler) alreadySubscribed(filter string) error {
	return &UserError{Text: Join(Plain("This chat already gets "), about(filter),
		Plain(". /subscriptions shows all it is subscribed to."))}
}

// welcomeBack resumes a target that somebody has just subscribed: the bot is evidently there.
func (h *handler) welcomeBack(ctx context.Context, t Target) error {
	status, err := h.targetStatus(ctx, t)
	if err != nil {
		return err
	}
	if status.Suspended != "" {
		h.Presence(ctx, Presence{Kind: Back, Scope: t})
	}
	return nil
}
