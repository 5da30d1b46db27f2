package deliver

import (
	"context"
	"errors"
	"time"

	"tidings/bot"
	"tidings/bot/plan"
)

// perform does what a delivery asks for. A panic of the adapter is only that delivery's failure.
func (s *Sender) perform(ctx context.Context, dl *bot.Delivery, as form) (receipt bot.Receipt, err error) {
	defer func() {
		if r := recover(); r != nil {
			s.logger.ErrorContext(ctx, "adapter panicked", "target", dl.Target.String(), "article", dl.Article.ID, "err", bot.PanicError(r))
			err = &bot.SendError{Reason: "something went wrong inside the bot", Uncertain: true}
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	switch {
	case dl.Action != bot.Post:
		return s.edit(ctx, dl)
	case as == bare:
		return s.adapter.Send(ctx, dl.Target, sounding(bareAlert(dl), dl))
	}
	return s.adapter.Send(ctx, dl.Target, sounding(s.render(dl), dl))
}

// sounding returns a message as loud as its delivery is to be.
func sounding(m bot.Message, dl *bot.Delivery) bot.Message {
	m.Silent, m.Mentions = dl.Silent, dl.Mentions[:min(len(dl.Mentions), bot.MaxMentions)]
	return m
}

// edit changes an alert. Where something announces the change too, that follows the edit, and its receipt is the one on
// record, so that it can be withdrawn with the alert; a try that fails between them begins anew, which changes nothing that is done.
func (s *Sender) edit(ctx context.Context, dl *bot.Delivery) (bot.Receipt, error) {
	editor, ok := s.adapter.(bot.Editor)
	if !ok {
		return bot.Receipt{}, &bot.SendError{Kind: bot.Unsendable, Reason: "messages can't be changed on this platform"}
	}
	if err := editor.Edit(ctx, dl.Target, dl.Message, s.render(dl)); err != nil {
		return bot.Receipt{}, err
	}
	if err := s.editReplies(ctx, editor, dl); err != nil {
		return bot.Receipt{}, err
	}
	m, ok := s.raised(dl)
	if !ok {
		if m, ok = correction(dl, s.zoneOf(dl)); !ok {
			return dl.Message, nil
		}
		m = s.localize(dl, m)
	}
	return s.announce(ctx, dl, m)
}

// announce sends what tells of an edit, unless an earlier try that nobody confirmed has brought it. Where that can't be looked for
// just now it waits, for a while: unlike an alert it is better told twice than late.
func (s *Sender) announce(ctx context.Context, dl *bot.Delivery, m bot.Message) (bot.Receipt, error) {
	if dl.Unknown > 0 {
		receipt, found := s.find(ctx, dl, []bot.Message{m})
		switch {
		case found == present && receipt.MessageID != dl.Message.MessageID: // a raised alert reads like the one that it answers
			return receipt, nil
		case found == unread && ageOf(dl.UnknownSince, s.now()) < asideAfter:
			return bot.Receipt{}, &bot.SendError{Reason: "what tells of a change may have arrived: the chat couldn't be read"}
		}
	}
	return s.adapter.Send(ctx, dl.Target, m)
}

// editReplies leaves nothing of a withdrawn story in what answered its alert, and has that lead to the story again when it is back.
// An answer that is gone, or can't be changed, is left.
func (s *Sender) editReplies(ctx context.Context, editor bot.Editor, dl *bot.Delivery) error {
	if len(dl.Replies) == 0 {
		return nil
	}
	alone := *dl
	alone.With, alone.Rest, alone.Digest, alone.List = nil, nil, false, 0
	m := s.localize(&alone, answer(&alone, s.zoneOf(&alone)))
	for _, r := range dl.Replies {
		var failed *bot.SendError
		err := editor.Edit(ctx, dl.Target, r, m)
		if errors.As(err, &failed) && failed.Kind == bot.Unsendable {
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// raised returns the alert that answers one of an article which has become a flash since, and whether it has. It is as loud
// as an alert of a flash, and comes once: the alert shows the revision from then on.
func (s *Sender) raised(dl *bot.Delivery) (bot.Message, bool) {
	if dl.Action != bot.Edit || dl.Posted == nil {
		return bot.Message{}, false
	}
	was, is := *dl, *dl
	was.Article = *dl.Posted
	p := s.planner.Decide(dl.Rhythm, plan.ItemOf(dl), s.now())
	if was.Level() == bot.Flash || p.Level != bot.Flash || p.Mute != nil || p.Wait != "" {
		return bot.Message{}, false
	}
	is.Action, is.With, is.Rest, is.Digest, is.Posted = bot.Post, nil, nil, false, nil
	m := s.render(&is)
	m.ReplyTo, m.Into, m.Key, m.Mentions = dl.Message.MessageID, dl.Message.Chat, dl.Key(), p.Mentions
	return m, true
}

// render returns the message of a delivery.
func (s *Sender) render(dl *bot.Delivery) bot.Message {
	title, summary := s.highlights.of(dl)
	return s.localize(dl, alert(dl, title, summary, s.zoneOf(dl)))
}

// localize returns a message in the language of a delivery's target.
func (s *Sender) localize(dl *bot.Delivery, m bot.Message) bot.Message {
	if s.localizer == nil || dl.Rhythm == nil {
		return m
	}
	return s.localizer.Message(dl.Rhythm.Settings.Reads(), m)
}

// zoneOf returns the time zone of a delivery's target.
func (s *Sender) zoneOf(dl *bot.Delivery) *time.Location {
	if dl.Rhythm == nil {
		return s.zone
	}
	return s.planner.Zone(&dl.Rhythm.Settings)
}
