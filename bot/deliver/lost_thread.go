package deliver

import (
	"context"
	"errors"

	"tidings/bot"
)

// LostThread is a thread that gets no more alerts.
type LostThread struct {
	Target bot.Target
	In     bot.Target // the chat that it was in; zero if that isn't known
	Reason string
	// Subscriptions are those of the thread.
	Subscriptions []bot.Subscription
	// Localize puts a message into the language of a chat. Nil means that all are in English.
	Localize func(ctx context.Context, to bot.Target, m bot.Message) bot.Message
}

// Report reports a lost thread, as no one can read a notice where the alerts were: to the chat that it was in or, if that
// isn't known or can't be reached, in private to those who subscribed.
func (l *LostThread) Report(ctx context.Context, a bot.Adapter) error {
	var err error
	if l.In.Chat != "" {
		if err = l.offer(ctx, a, l.In, l.here()); err == nil {
			return nil
		}
	}
	private, ok := a.(bot.Linker)
	if !ok {
		return err
	}
	failed := []error{err}
	for user, filters := range l.bySubscriber() {
		to, err := private.Direct(ctx, user)
		if err == nil {
			err = l.offer(ctx, a, to, l.elsewhere(filters))
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

func (l *LostThread) offer(ctx context.Context, a bot.Adapter, to bot.Target, where bot.Text) error {
	m := l.message(where)
	if l.Localize != nil {
		m = l.Localize(ctx, to, m)
	}
	return Offer(ctx, a, to, m)
}

// here names the thread to the chat that it was in. A platform calls it a thread if it is a chat of its own, else a topic.
func (l *LostThread) here() bot.Text {
	if l.Target.Thread != "" {
		return bot.Say("in one of the topics here")
	}
	return bot.Say("in one of the threads here")
}

// elsewhere names the thread to who subscribed in it.
func (l *LostThread) elsewhere(filters []bot.Text) bot.Text {
	list := bot.Series(filters...)
	if l.Target.Thread != "" {
		return bot.Say("in a topic where you subscribed to %s", list)
	}
	return bot.Say("in a thread where you subscribed to %s", list)
}

func (l *LostThread) message(where bot.Text) bot.Message {
	reason := bot.Say("it is closed or gone")
	if l.Reason != "" {
		reason = bot.Known(l.Reason)
	}
	return bot.Message{
		Text: bot.Say("I can't post alerts %s any more: %s. Nothing is lost; they wait. To get them somewhere else, use /subscribe there.", where, reason),
		Key:  bot.NewKey(),
	}
}

// bySubscriber returns the filters of each person's subscriptions.
func (l *LostThread) bySubscriber() map[string][]bot.Text {
	list := map[string][]bot.Text{}
	for i := range l.Subscriptions {
		if s := &l.Subscriptions[i]; s.CreatedBy != "" {
			gets := bot.Plain(s.Filter)
			if s.Filter == "" {
				gets = bot.Say("every article")
			}
			list[s.CreatedBy] = append(list[s.CreatedBy], gets)
		}
	}
	return list
}

// reportLostThread reports a thread that a send has found lost.
func (s *Sender) reportLostThread(ctx context.Context, t bot.Target, e *bot.SendError) {
	l := LostThread{Target: t, Reason: e.Reason, Localize: s.localizeFor}
	if t.Thread != "" {
		l.In = t
		l.In.Thread = ""
	}
	var err error
	if l.Subscriptions, err = s.targets.SubscriptionsOf(ctx, t); err == nil {
		err = l.Report(ctx, s.adapter)
	}
	if err != nil {
		s.logger.WarnContext(ctx, "lost thread not reported", "target", t.String(), "err", err)
	}
}
