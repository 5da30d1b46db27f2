package bot

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestSecret_IsShownByNothingThatPrints(t *testing.T) {
	const text = "hidden"
	holder := struct {
		Exported Secret
		inside   Secret
		deeper   []Secret
	}{NewSecret(text), NewSecret(text), []Secret{NewSecret(text)}}
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
	if holder.inside.Reveal() != text || (Secret{}).Reveal() != "" {
		t.Error("Reveal does not give the text")
	}
}
