package telegram

import "maps"

// The longest descriptions; core.telegram.org/bots/api#setmydescription and #setmyshortdescription.
const (
	maxProfile      = 512
	maxShortProfile = 120
)

// Profile returns the bot's descriptions by the names of their parameters.
func (t *StandIn) Profile() map[string]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.profile)
}

// setProfile returns the method that sets a description.
func (t *StandIn) setProfile(field string, most int) func(call) (any, error) {
	return func(c call) (any, error) {
		if length(c.text(field)) > most {
			return nil, badRequest("description is too long")
		}
		t.profile[field] = c.text(field)
		return true, nil
	}
}

// getProfile returns the method that returns it.
func (t *StandIn) getProfile(field string) func(call) (any, error) {
	return func(call) (any, error) { return map[string]string{field: t.profile[field]}, nil }
}
