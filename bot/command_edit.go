package bot

import (
	"context"
	"errors"
	"strconv"
)

// filterEdit answers /filter edit with a form that holds the present filter.
func (h *handler) filterEdit(ctx context.Context, r Request) (Message, error) {
	s, err := h.numbered(ctx, r)
	if err != nil {
		return Message{}, err
	}
	return h.editForm(ctx, s.Number, s.Filter)
}

func (h *handler) editForm(ctx context.Context, number int, text string) (Message, error) {
	n := strconv.Itoa(number)
	return h.filterForm(ctx, "Filter of subscription "+n, text, "preview", map[string]string{"number": n})
}

// rewriteFilter answers the button that goes back to the form.
func (h *handler) rewriteFilter(ctx context.Context, r Request) (Message, error) {
	return h.editForm(ctx, r.number("number", 0), r.Args["filter"])
}

// previewFilter answers the form: it shows what the filter would take, and asks whether to keep it.
func (h *handler) previewFilter(ctx context.Context, r Request) (Message, error) {
	args := map[string]string{"number": r.Args["number"], "filter": r.Args["filter"]}
	again, err := h.button(ctx, "Edit again", PlainButton, "rewrite", args)
	if err != nil {
		return Message{}, err
	}
	cancel, err := h.button(ctx, "Cancel", PlainButton, "keep", nil)
	if err != nil {
		return Message{}, err
	}
	f, err := parseFilter(args["filter"])
	if fault, ok := errors.AsType[*UserError](err); ok {
		return Message{Text: fault.Text, Buttons: [][]Button{{again, cancel}}}, nil
	}
	if err != nil {
		return Message{}, err
	}
	t, err := h.try(ctx, f, BacktestDays, trialSamples)
	if err != nil {
		return Message{}, err
	}
	save, err := h.button(ctx, "Save", PrimaryButton, "filter set", args)
	return Message{
		Text: Join(t.Summary(), doubts(f), t.Bars(), h.samples(&t),
			Plain("\n\nShall subscription "+args["number"]+" send that?")),
		Buttons: [][]Button{{save, again, cancel}},
	}, err
}
