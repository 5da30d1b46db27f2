package engine_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func TestComplete_SuggestsWhatThereIs(t *testing.T) {
	inWorld(t, func(w *world) {
		d := &dialogue{world: w, handler: w.handler(w.config())}
		d.stock()
		w.subscribe(room(), "missile -drill")
		w.subscribe(room(), "")
		tests := []struct {
			command, arg, typed string
			want                []string // label=value
		}{
			{"unsubscribe", "which", "", []string{"1. new articles matching missile -drill=1", "2. every new article=2"}},
			{"filter clear", "number", "", []string{"1. new articles matching missile -drill=1", "2. every new article=2"}},
			{"sources remove", "name", "G", []string{"gazette=gazette"}},
			{"latest", "filter", "", []string{"source:courier=source:courier", "source:digest=source:digest", "source:gazette=source:gazette", "source:herald=source:herald"}},
			{"latest", "filter", "missile source:c", []string{"missile source:c=missile source:c", "missile source:courier=missile source:courier"}},
			{"latest", "filter", "her", []string{"her=her", "source:herald=source:herald"}},
			{"filter set", "filter", "", []string{
				"missile -drill=missile -drill", "source:courier=source:courier", "source:digest=source:digest",
				"source:gazette=source:gazette", "source:herald=source:herald",
			}},
			{"latest", "filter", "author:l", []string{"author:l=author:l", `author:"Bo Lind"=author:"Bo Lind"`}},
			{"latest", "filter", "-AUTHOR:qu", []string{"-AUTHOR:qu=-AUTHOR:qu", `-author:"Ada Quist"=-author:"Ada Quist"`}},
			{"latest", "filter", `(a OR author:"ada q`, []string{
				`(a OR author:"ada q=(a OR author:"ada q`, `(a OR author:"Ada Quist"=(a OR author:"Ada Quist"`,
			}},
			{"latest", "filter", "drill tag:", []string{
				"drill tag:=drill tag:", "drill tag:economy=drill tag:economy", "drill tag:politics=drill tag:politics",
			}},
			{"latest", "filter", "pol", []string{"pol=pol", "tag:politics=tag:politics"}},
			{"latest", "filter", "eun", []string{"eun=eun", `author:"Cho Eun-ji"=author:"Cho Eun-ji"`}},
			{"latest", "filter", "title:pol", []string{"title:pol=title:pol"}},
			{"latest", "filter", "a:b:", []string{"a:b:=a:b:"}},
			{"latest", "count", "1", nil},
			{"nonsense", "filter", "x", nil},
		}
		for _, tt := range tests {
			inv := bot.Invocation{Target: room(), Command: tt.command, Options: map[string]string{tt.arg: tt.typed}}
			if tt.command == "filter set" {
				inv.Options["number"] = "1"
			}
			var got []string
			for _, c := range d.handler.Complete(w.Context(), inv, tt.arg) {
				got = append(got, c.Label+"="+c.Value)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				w.Errorf("%s %s:%q (-want +got):\n%s", tt.command, tt.arg, tt.typed, diff)
			}
		}
	})
}

func TestComplete_SuggestsNothingWhenTheStoreBreaks(t *testing.T) {
	inWorld(t, func(w *world) {
		cfg := w.config()
		cfg.Store = breaking{w.store, func() error { panic("disk on fire") }}
		inv := bot.Invocation{Target: room(), Command: "latest"}
		if got := w.handler(cfg).Complete(w.Context(), inv, "filter"); len(got) != 0 {
			w.Errorf("suggestions: %v", got)
		}
		if !bytes.Contains([]byte(w.log.String()), []byte("disk on fire")) {
			w.Errorf("the log does not say why:\n%s", &w.log)
		}
	})
}
