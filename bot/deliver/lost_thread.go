package deliver

import (
	"cmp"
	"context"
	"fmt"

	"tidings/bot"
)

// reportLostThread notifies a chat once that one of its threads gets no more alerts: in the thread no one could read it.
func (s *Sender) reportLostThread(ctx context.Context, t bot.Target, e *bot.SendError) {
	chat := t
	chat.Thread = ""
	m := bot.Message{
		Text: bot.Plain(fmt.Sprintf("I can't post alerts in one of the topics here any more: %s. Nothing is lost; they wait. "+
			"To get them somewhere else, use /subscribe there.", cmp.Or(e.Reason, "it is closed or gone"))),
		Key: bot.NewKey(),
	}
	if err := Offer(ctx, s.adapter, chat, m); err != nil {
		s.logger.WarnContext(ctx, "lost thread not reported to its chat", "target", t.String(), "err", err)
	}
}
