package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestSecret_ShowsItselfToRevealAlone(t *testing.T) {
	const hush = "hush4f1c"
	var s Secret
	if err := s.UnmarshalText([]byte(" \t" + hush + "\n")); err != nil {
		t.Fatal(err)
	}
	if s.Reveal() != hush {
		t.Fatalf("Reveal gives %q, want %q", s.Reveal(), hush)
	}
	encoded, err := json.Marshal(map[string]any{"token": s, "list": []Secret{s}})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "s", s, "in", struct{ Token Secret }{s})
	shown := []string{
		s.String(), s.GoString(), string(encoded), log.String(), fmt.Errorf("x: %w", errors.New(s.String())).Error(),
		fmt.Sprint(s, &s, []Secret{s}, map[string]Secret{"k": s}, struct{ Token Secret }{s}),
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
