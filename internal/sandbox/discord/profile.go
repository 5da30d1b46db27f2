package discord

import (
	"encoding/json"
	"unicode/utf8"
)

const maxAppDescription = 400 // discord.com/developers/docs/resources/application

// Profile is what people see of the application, and what its Add button asks for.
type Profile struct {
	Description string
	Install     *Install
}

// Install is what an installation asks for.
type Install struct {
	Scopes      []string `json:"scopes"`
	Permissions string   `json:"permissions"`
}

// Profile returns the application's profile.
func (d *StandIn) Profile() Profile {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.profile
}

// SetProfile edits the profile as its owner does.
func (d *StandIn) SetProfile(p Profile) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.profile = p
}

// edit applies what a request says of the profile.
func (p *Profile) edit(body map[string]json.RawMessage) *apiError {
	next, check := *p, &check{}
	if raw, given := body["description"]; given && (json.Unmarshal(raw, &next.Description) != nil ||
		utf8.RuneCountInString(next.Description) > maxAppDescription) {
		check.fail([]string{"description"}, "BASE_TYPE_MAX_LENGTH", "Must be 400 or fewer in length.")
	}
	if raw, given := body["install_params"]; given && json.Unmarshal(raw, &next.Install) != nil {
		check.fail([]string{"install_params"}, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
	}
	if e := check.err(); e != nil {
		return e
	}
	*p = next
	return nil
}
