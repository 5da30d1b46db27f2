package secret

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestText_IsShownByNothingThatPrints(t *testing.T) {
	const text = "hidden"
	holder := struct {
		Exported Text
		inside   Text
		deeper   []Text
	}{New(text), New(text), []Text{New(text)}}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("it", "holder", holder, "secret", holder.inside)
	encoded, _ := json.Marshal(holder)
	shown := []string{log.String(), string(encoded)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		shown = append(shown, fmt.Sprintf(verb, holder), fmt.Sprintf(verb, &holder), fmt.Sprintf(verb, holder.inside))
	}
	for _, s := range shown {
		if strings.Contains(s, text) || strings.Contains(s, fmt.Sprintf("%x", text)) {
			t.Errorf("it is shown: %s", s)
		}
	}
	if holder.inside.Reveal() != text || (Text{}).Reveal() != "" {
		t.Error("Reveal does not give the text")
	}
}

func TestText_IsShownByRevealOnly(t *testing.T) {
	const hush = "hush4f1c"
	var s Text
	if err := s.UnmarshalText([]byte(" \t" + hush + "\n")); err != nil {
		t.Fatal(err)
	}
	if s.Reveal() != hush {
		t.Fatalf("Reveal gives %q, want %q", s.Reveal(), hush)
	}
	encoded, err := json.Marshal(map[string]any{"token": s, "list": []Text{s}})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "s", s, "in", struct{ Token Text }{s})
	shown := []string{
		s.String(), s.GoString(), string(encoded), log.String(), fmt.Errorf("x: %w", errors.New(s.String())).Error(),
		fmt.Sprint(s, &s, []Text{s}, map[string]Text{"k": s}, struct{ Token Text }{s}),
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "% X", "%d", "%10s"} {
		shown = append(shown, fmt.Sprintf(verb, s))
	}
	for _, text := range shown {
		if strings.Contains(text, hush) || strings.Contains(text, "68757368") {
			t.Errorf("shows the secret: %s", text)
		}
		if !strings.Contains(text, redacted) {
			t.Errorf("does not say that something is hidden: %s", text)
		}
	}
}
