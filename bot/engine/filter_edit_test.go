package engine_test

import (
	"testing"

	"tidings/bot"
)

func TestFilterEdit_KeepsItsSubscriptionThroughAllForms(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "storm")
		w.subscribe(room(), "missile")
		h := w.handler(w.config())
		fill := func(m bot.Message, text string) bot.Message {
			w.Helper()
			if m.Form == nil {
				w.Fatalf("%q isn't a form", words(m))
			}
			return h.Invoke(w.Context(), bot.Invocation{Target: room(), Data: m.Form.Data, Line: text, Manager: manager})
		}
		form := h.Invoke(w.Context(), bot.Invocation{Target: room(), Command: "filter", Line: "edit 2", Manager: manager})
		for _, text := range []string{"(missile", "missile -drill"} { // a faulty one, and one that will do
			preview := fill(form, text)
			form = press(w, h, room(), preview, "Edit again", manager)
			if form.Form == nil || form.Form.Value != text {
				w.Fatalf("the form has %+v, want %q", form.Form, text)
			}
		}
		press(w, h, room(), fill(form, "missile -test"), "Save", manager)
		subs, err := w.store.SubscriptionsOf(w.Context(), room())
		if err != nil {
			w.Fatal(err)
		}
		if len(subs) != 2 || subs[0].Filter != "storm" || subs[1].Filter != "missile -test" {
			w.Errorf("subscriptions %+v, want the second changed", subs)
		}
	})
}
