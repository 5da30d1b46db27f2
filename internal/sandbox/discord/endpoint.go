package discord

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

const maxAnswer = 1 << 20 // bytes

// PublicKey returns the application's public key, as the developer portal shows it.
func (d *StandIn) PublicKey() string {
	return hex.EncodeToString(d.cfg.Key.Public().(ed25519.PublicKey))
}

// orNull returns nil for an empty text.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// editApplication changes where interactions go. As Discord does, it tries an address first: it must answer a ping,
// and refuse a wrong signature with 401. Unlike Discord it also accepts plain http addresses, for loopback.
func (d *StandIn) editApplication(c call) (any, *apiError) {
	body := map[string]json.RawMessage{}
	if err := json.NewDecoder(c.Body).Decode(&body); err != nil {
		return nil, refusal(http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
	}
	if e := d.profile.edit(body); e != nil {
		return nil, e
	}
	address := d.hook
	if raw, given := body["interactions_endpoint_url"]; given {
		address = ""
		_ = json.Unmarshal(raw, &address) // null is none
	}
	if address != "" && address != d.hook {
		d.mu.Unlock() // the other side may ask something meanwhile
		err := d.probe(c.Context(), address)
		d.mu.Lock()
		if err != nil {
			d.cfg.Logger.Warn("interactions endpoint refused", "err", err)
			check := &check{}
			check.fail([]string{"interactions_endpoint_url"}, "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID",
				"The specified interactions endpoint url could not be verified.")
			return nil, check.err()
		}
	}
	d.hook = address
	d.broadcast()
	return d.getApplication(c)
}

// probe does what Discord does before it accepts an address.
func (d *StandIn) probe(ctx context.Context, address string) error {
	ping := []byte(`{"id":"` + d.newID() + `","type":1,"version":1,"token":"ping"}`)
	status, answer, err := d.postSigned(ctx, address, ping, d.sign)
	if err != nil {
		return err
	}
	var pong struct {
		Type int `json:"type"`
	}
	if err := json.Unmarshal(answer, &pong); err != nil || status != http.StatusOK || pong.Type != 1 {
		return fmt.Errorf("a ping is answered %d", status)
	}
	forged := func(string, []byte) string { return strings.Repeat("0", 2*ed25519.SignatureSize) }
	if status, _, err = d.postSigned(ctx, address, ping, forged); err == nil && status != http.StatusUnauthorized {
		err = fmt.Errorf("a forged ping is answered %d", status)
	}
	return err
}

func (d *StandIn) newID() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.world.newID()
}

// sign signs a body at a time.
func (d *StandIn) sign(stamp string, body []byte) string {
	return hex.EncodeToString(ed25519.Sign(d.cfg.Key, append([]byte(stamp), body...)))
}

// postSigned posts a body with a signature and returns the answer, for which there are three seconds.
func (d *StandIn) postSigned(
	ctx context.Context, address string, body []byte, sign func(stamp string, body []byte) string,
) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, d.cfg.AnswerTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	stamp := strconv.FormatInt(d.cfg.Now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Discord-Interactions/1.0 (+https://discord.com)")
	req.Header.Set("X-Signature-Timestamp", stamp)
	req.Header.Set("X-Signature-Ed25519", sign(stamp, body))
	resp, err := d.poster.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	return resp.StatusCode, answer, err
}

// postInteraction posts an interaction and treats the answer as the first response. The lock is held.
func (d *StandIn) postInteraction(it *Interaction, payload map[string]any) {
	body, err := json.Marshal(payload)
	if err != nil {
		panic(err) // all interactions are our own
	}
	if d.closed {
		return
	}
	address := d.hook
	d.running.Go(func() {
		status, answer, err := d.postSigned(d.ctx, address, body, d.sign)
		if err == nil && status/100 != 2 {
			err = fmt.Errorf("answered %d", status)
		}
		if err == nil {
			err = d.answered(it, answer)
		}
		if err != nil {
			d.cfg.Logger.Warn("interaction not answered", "interaction", it.in.ID, "err", err)
		}
	})
}

// answered treats an answer that came over HTTP as if it had been posted to the callback, with its checks.
func (d *StandIn) answered(it *Interaction, answer []byte) error {
	req, err := http.NewRequest(http.MethodPost, "/interactions/"+it.in.ID+"/answer", bytes.NewReader(answer)) //nolint:noctx // it goes nowhere
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.SetPathValue("interaction", it.in.ID)
	req.SetPathValue("token", it.token)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.requests = append(d.requests, Request{
		Method: http.MethodPost, Path: req.URL.Path, Body: answer, Time: d.cfg.Now(), Status: http.StatusOK,
	})
	if _, e := d.callback(call{Request: req}); e != nil {
		d.requests[len(d.requests)-1].Status = e.status
		return errors.New(e.Message)
	}
	return nil
}

// Endpoint returns where interactions are posted, or "" if they go over the gateway.
func (d *StandIn) Endpoint() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.hook
}

// WaitEndpoint waits until interactions are posted somewhere.
func (d *StandIn) WaitEndpoint(ctx context.Context) error {
	return d.await(ctx, func() bool { return d.hook != "" })
}
