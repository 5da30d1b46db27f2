package discord

import (
	"encoding/base64"
	"testing"
)

func TestAccount_IsNothingButTheID(t *testing.T) {
	t.Parallel()
	id := base64.RawStdEncoding.EncodeToString([]byte("1234567890123456789"))
	for token, want := range map[string]string{
		id + ".stamp.secret":        "1234567890123456789",
		"Bot " + id + "==.a.b":      "1234567890123456789",
		"a-token-of-another-making": "",
		"c2VjcmV0.stamp.secret":     "", // no number
	} {
		a, err := New(Config{Token: token})
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Account(); got != want {
			t.Errorf("account of %q is %q, want %q", token, got, want)
		}
	}
}
