package discord

import (
	"context"
	"encoding/json"

	"tidings/bot"
)

// readList reads a list that the state keeps. What can't be read is none.
func readList[T any](ctx context.Context, state bot.State, key string) (list []T, err error) {
	text, err := state.State(ctx, key)
	if err == nil {
		_ = json.Unmarshal([]byte(text), &list)
	}
	return list, err
}

// keepList has the state keep a list, of which no more than the last few.
func keepList[T any](ctx context.Context, state bot.State, key string, list []T, most int) error {
	text := ""
	if len(list) > 0 {
		raw, err := json.Marshal(list[max(len(list)-most, 0):])
		if err != nil {
			return err
		}
		text = string(raw)
	}
	return state.SetState(ctx, key, text)
}
