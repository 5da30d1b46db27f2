package telegram_test

import (
	"testing"

	"tidings/bot/bottest"
)

func TestAdapter(t *testing.T) {
	bottest.Adapter(t, newFixture)
}
