package discord

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"tidings/bot"
)

var _ bot.Inviter = (*Adapter)(nil)

// neededRights are what alerts take: to see a channel, to post there and in threads, cards, and replies.
const neededRights = viewChannel | sendMessages | sendInThreads | embedLinks | readHistory

// profileTimeout bounds how long the commands wait for the profile.
const profileTimeout = 5 * time.Second

// installScopes are what an invitation asks for: a bot that has commands.
func installScopes() []string { return []string{"bot", "applications.commands"} }

// Invitations returns the address that adds the bot to a server. The application has the ID of its bot.
// discord.com/developers/docs/topics/oauth2#bot-authorization-flow
func (a *Adapter) Invitations() []bot.Invitation {
	self := a.self.Load()
	if self == nil {
		return nil
	}
	query := url.Values{
		"client_id": {*self}, "scope": {"bot applications.commands"}, "permissions": {strconv.FormatUint(uint64(neededRights), 10)},
	}
	return []bot.Invitation{{To: "a server", URL: defaultAPIURL + "/oauth2/authorize?" + query.Encode()}}
}

// profile is what people see of the application, and what its Add button asks for.
// discord.com/developers/docs/resources/application#edit-current-application
type profile struct {
	Description string         `json:"description"`
	Install     *installParams `json:"install_params"`
}

type installParams struct {
	Scopes      []string `json:"scopes"`
	Permissions string   `json:"permissions"`
}

func wantedProfile() profile {
	return profile{Description: bot.Description, Install: &installParams{
		Scopes: installScopes(), Permissions: strconv.FormatUint(uint64(neededRights), 10),
	}}
}

// describe sets the profile if it is another, and once: what operators write there later stays. What fails is tried
// again at the next start.
func (r *run) describe(ctx context.Context, application string) {
	want := wantedProfile()
	raw, err := encode(want)
	if err != nil || r.state == nil {
		return
	}
	sum := sha256.Sum256(raw)
	hash, key := hex.EncodeToString(sum[:]), "discord/profile/"+application
	if last, err := r.state.State(ctx, key); err != nil || last == hash {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, profileTimeout)
	defer cancel()
	if err := r.setProfile(ctx, want); err != nil {
		if ctx.Err() == nil {
			r.log.WarnContext(ctx, "profile not set", "err", err)
		}
		return
	}
	if err := r.state.SetState(ctx, key, hash); err != nil {
		r.log.WarnContext(ctx, "hash of the profile not kept", "err", err)
	}
}

// setProfile sets the profile unless it reads so already.
func (r *run) setProfile(ctx context.Context, want profile) error {
	var now profile
	if err := r.rest.call(ctx, http.MethodGet, ownApplication, nil, &now); err != nil {
		return err
	}
	if now.Description == want.Description && now.Install != nil && now.Install.Permissions == want.Install.Permissions {
		return nil
	}
	return r.rest.call(ctx, http.MethodPatch, ownApplication, want, nil)
}
