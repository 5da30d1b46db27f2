package answer

import (
	"testing"
	"time"
)

func TestReadInterval(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"1m": time.Minute, " 90S ": 90 * time.Second, "6h": 6 * time.Hour, "168h": 168 * time.Hour, "Default": 0,
		"59s": -1, "169h": -1, "": -1, "often": -1, "-5m": -1, "5": -1,
	} {
		got, ok := ReadInterval(text)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: %v, %v, want %v", text, got, ok, want)
		}
	}
	for d, want := range map[time.Duration]string{time.Minute: "1m", 90 * time.Minute: "1h30m", 6 * time.Hour: "6h", 90 * time.Second: "1m30s"} {
		if got := ShortInterval(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}
