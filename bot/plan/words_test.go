package plan

import (
	"strings"
	"testing"
)

// What is shown can be typed again, in English.
func TestWords_ReadAsWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{"hourly", "daily 08:00", "daily 08:00 18:00", "weekdays 07:30", "weekends 10:00", "weekly mon 08:00", "weekly tue sun 08:00 20:00"} {
		s, err := ParseWhen(typed)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Words().String(); !strings.EqualFold(got, typed) {
			t.Errorf("%q is shown as %q", typed, got)
		}
	}
	for _, typed := range []string{
		"22:00-07:00", "22:00-07:00 weekends", "22:00-07:00 weekdays", "22:00-07:00 mon fri", "22:00-07:00 and weekends", "weekends",
		"22:00-07:00 except urgent", "22:00-07:00 weekdays and weekends except urgent", "weekends except urgent",
	} {
		q, err := ParseQuiet(typed)
		if err != nil {
			t.Fatal(err)
		}
		if got := QuietWords(q).String(); !strings.EqualFold(got, typed) || !strings.EqualFold(got, FormatQuiet(q)) {
			t.Errorf("%q is shown as %q", typed, got)
		}
	}
}
