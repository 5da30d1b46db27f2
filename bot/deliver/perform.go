package deliver

import (
	"context"
	"tidings/bot"
	"time"
)

// perform does what a delivery asks for. Where a correction is told by a reply too, the reply follows the edit; a
// try that fails between the two begins anew, which changes nothing that is done.
func perform(ctx context.Context, a bot.Adapter, dl *bot.Delivery, zone *time.Location) (bot.Receipt, error) {
	if dl.Action == bot.Post {
		return a.Send(ctx, dl.Target, alert(dl, zone))
	}
	editor, ok := a.(bot.Editor)
	if !ok {
		return bot.Receipt{}, &bot.SendError{Kind: bot.Unsendable, Reason: "messages cannot be changed on this platform"}
	}
	if err := editor.Edit(ctx, dl.Target, dl.Message, alert(dl, zone)); err != nil {
		return bot.Receipt{}, err
	}
	m, ok := correction(dl, zone)
	if !ok {
		return dl.Message, nil
	}
	if _, err := a.Send(ctx, dl.Target, m); err != nil {
		return bot.Receipt{}, err
	}
	return dl.Message, nil
}
