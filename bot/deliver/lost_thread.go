package deliver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"tidings/bot"
)

// LostThread is a thread that gets no more alerts.
type LostThread struct {
	Target bot.Target
	In     bot.Target // the chat that it was in; zero if that isn't known
	Reason string
	// Subscriptions are those of the thread.
	Subscriptions []bot.Subscription
}

// Report reports a lost thread, as no one can read a notice where the alerts were: to the chat that it was in or, if that
// isn't known or can't be reached, in private to those who subscribed.
func (l *LostThread) Report(ctx context.Context, a bot.Adapter) error {
	var err error
	if l.In.Chat != "" {
		if err = Offer(ctx, a, l.In, l.message("in one of the "+l.kind()+"s here")); err == nil {
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
			err = Offer(ctx, a, to, l.message("in a "+l.kind()+" where you subscribed to "+strings.Join(filters, "; ")))
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// kind is what people call the thread.
func (l *LostThread) kind() string {
	if l.Target.Thread != "" {
		return "topic"
	}
	return "thread"
}

func (l *LostThread) message(where string) bot.Message {
	return bot.Message{
		Text: bot.Plain(fmt.Sprintf("I can't post alerts %s any more: %s. Nothing is lost; they wait. To get them somewhere else, "+
			"use /subscribe there.", where, cmp.Or(l.Reason, "it is closed or gone"))),
		Key: bot.NewKey(),
	}
}

// bySubscriber returns the filters of each person's subscriptions.
func (l *LostThread) bySubscriber() map[string][]string {
	list := map[string][]string{}
	for i := range l.Subscriptions {
		if s := &l.Subscriptions[i]; s.CreatedBy != "" {
			list[s.CreatedBy] = append(list[s.CreatedBy], cmp.Or(s.Filter, "every article"))
		}
	}
	return list
}

// reportLostThread reports a thread that a send has found lost.
func (s *Sender) reportLostThread(ctx context.Context, t bot.Target, e *bot.SendError) {
	l := LostThread{Target: t, Reason: e.Reason}
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
