package deliver

import (
	"context"

	"tidings/bot"
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
		return s.adapter.Send(ctx, dl.Target, bareAlert(dl))
	}
	return s.adapter.Send(ctx, dl.Target, s.render(dl))
}

// edit changes an alert. Where a reply announces a correction too, the reply follows the edit; a try that fails between
// the two begins anew, which changes nothing that is done.
func (s *Sender) edit(ctx context.Context, dl *bot.Delivery) (bot.Receipt, error) {
	editor, ok := s.adapter.(bot.Editor)
	if !ok {
		return bot.Receipt{}, &bot.SendError{Kind: bot.Unsendable, Reason: "messages can't be changed on this platform"}
	}
	if err := editor.Edit(ctx, dl.Target, dl.Message, s.render(dl)); err != nil {
		return bot.Receipt{}, err
	}
	m, ok := correction(dl, s.zone)
	if !ok {
		return dl.Message, nil
	}
	if _, err := s.adapter.Send(ctx, dl.Target, s.localize(dl, m)); err != nil {
		return bot.Receipt{}, err
	}
	return dl.Message, nil
}

// render returns the message of a delivery.
func (s *Sender) render(dl *bot.Delivery) bot.Message {
	title, summary := s.highlights.of(dl)
	return s.localize(dl, alert(dl, title, summary, s.zone))
}

// localize returns a message in the language of a delivery's target.
func (s *Sender) localize(dl *bot.Delivery, m bot.Message) bot.Message {
	if s.localizer == nil || dl.Rhythm == nil {
		return m
	}
	return s.localizer.Message(dl.Rhythm.Settings.Reads(), m)
}
