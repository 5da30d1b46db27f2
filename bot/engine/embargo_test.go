package engine_test

import (
	"testing"
	"time"
)

func TestEmbargo_EndsToTheSecond(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		w.start(w.config())
		ends := time.Now().Add(time.Minute)
		list := articles("secret", "public")
		list[0].Embargo = ends
		w.putArticles(list...)
		w.wantSent(w.settle(), "room: public")
		w.wantSent(w.after(time.Until(ends)-time.Millisecond), "room: public")
		w.wantSent(w.after(time.Second), "room: public", "room: secret")
	})
}

func TestEmbargo_SurvivesARestart(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		stop := w.start(w.config())
		ends := time.Now().Add(time.Minute)
		list := articles("secret")
		list[0].Embargo = ends
		w.putArticles(list...)
		w.settle()
		stop()
		w.start(w.config())
		w.wantSent(w.after(time.Until(ends) - time.Millisecond))
		w.wantSent(w.after(time.Second), "room: secret")
	})
}
