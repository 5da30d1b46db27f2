package answer

import (
	"context"
	"errors"
	"strconv"

	"tidings/bot"
)

// filterEdit answers /filter edit with a form that contains the present filter.
func (h *Handler) filterEdit(ctx context.Context, r bot.Request) (bot.Message, error) {
	s, err := h.numbered(ctx, r)
	if err != nil {
		return bot.Message{}, err
	}
	return h.editForm(ctx, s.Number, s.Filter)
}

func (h *Handler) editForm(ctx context.Context, number int, text string) (bot.Message, error) {
	n := strconv.Itoa(number)
	return h.filterForm(ctx, bot.Say("Filter of subscription %s", n), text, "preview", map[string]string{"number": n})
}

// rewriteFilter answers the button that goes back to the form.
func (h *Handler) rewriteFilter(ctx context.Context, r bot.Request) (bot.Message, error) {
	return h.editForm(ctx, r.Number("number", 0), r.Args["filter"])
}

// previewFilter answers the form: it shows what the filter would match, and asks whether to keep it.
func (h *Handler) previewFilter(ctx context.Context, r bot.Request) (bot.Message, error) {
	args := map[string]string{"number": r.Args["number"], "filter": r.Args["filter"]}
	u, err := h.understand(ctx, &r)
	if fault, ok := errors.AsType[*bot.UserError](err); ok {
		form, err := h.rewriteFilter(ctx, r)
		if err != nil {
			return bot.Message{}, err
		}
		return h.askAgain(ctx, fault.Text, form, "rewrite", args)
	}
	if err != nil {
		return bot.Message{}, err
	}
	t, err := h.try(ctx, r.Target.Place(), u.Filter, BacktestDays, backtestSamples)
	if err != nil {
		return bot.Message{}, err
	}
	more, err := h.remark(ctx, r.Target.Place(), &u, t.TotalMatched(), action{"preview", map[string]string{"number": args["number"]}})
	if err != nil {
		return bot.Message{}, err
	}
	again, err := h.button(ctx, bot.Say("Edit again"), bot.PlainButton, "rewrite", args)
	if err != nil {
		return bot.Message{}, err
	}
	cancel, err := h.button(ctx, bot.Say("Cancel"), bot.PlainButton, "keep", nil)
	if err != nil {
		return bot.Message{}, err
	}
	args["filter"] = u.String()
	save, err := h.button(ctx, bot.Say("Save"), bot.PrimaryButton, "filter set", args)
	return bot.Message{
		Text: bot.Join(t.Summary(), more.text, t.Bars(), h.samples(&t),
			bot.Plain("\n\n"), bot.Say("Use this for subscription %s?", args["number"])),
		Buttons: append([][]bot.Button{{save, again, cancel}}, more.buttons...),
	}, err
}
