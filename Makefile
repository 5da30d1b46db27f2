# Everything a developer runs. "make help" lists it.

# 0.1.0; 0.1.0+3-g0123456789ab three commits later; 0.0.0+g0123456789ab without any tag.
VERSION      := $(or $(shell git describe --tags --always --dirty --abbrev=12 2>/dev/null | \
                  sed 's/^v//; s/-\([0-9]*-g\)/+\1/; s/^[0-9a-f]\{12\}/0.0.0+g&/'),dev)
LINT_VERSION := v2.15.0
LINT         := .bin/golangci-lint-$(LINT_VERSION)
ACTIONLINT   := go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
SBOM_VERSION := v1.10.0
SBOM         := go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(SBOM_VERSION)
NFPM_VERSION := v2.45.2
NFPM         := go run github.com/goreleaser/nfpm/v2/cmd/nfpm@$(NFPM_VERSION)
VULN_VERSION := v1.9.0
VULN_DB      ?= https://vuln.go.dev
FUZZTIME     ?= 30s
BENCH        ?= .
KILLS        ?= 1000
SOAK         ?= 5m
SEED         ?= 1
SPEED        ?= 8
ARTICLES     ?= 21600
PACKAGES     ?= ./...
# SQLite is a translation of C, with locks of its own: to look for races in it takes four times as long. It instantiates no
# type of a library, so nothing else loses the race detector by it.
RACE         := -race -gcflags=modernc.org/sqlite/lib=-race=false

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the static program ./tidings
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o tidings ./cmd/tidings

.PHONY: demo
demo: ## Run the bot against its built-in chats: no token, no network, no set-up
	go run ./cmd/tidings demo

.PHONY: test
test: tools ## Check everything: go.mod, vet, lint, race tests, browser test; installs what is missing on Debian
	go mod tidy -diff
	go vet ./...
	@$(MAKE) --no-print-directory lint
	GORACE="atexit_sleep_ms=0 $$GORACE" go test $(RACE) -parallel 4 -timeout 15m ./...
	go test -timeout 5m -run 'TestPace_' ./cmd/tidings # the race detector is too slow for thousands of requests

.PHONY: test-long
test-long: ## Check what takes an hour: every fault in 1,000 deliveries, hundreds of kills, long sieges
	go test -timeout 1h -run 'TestDeliver_' ./cmd/tidings -args -long
	go test -timeout 1h -run 'TestRhythm_' ./internal/store -args -rhythms 200
	@$(MAKE) --no-print-directory test-release soak-kill soak soak-replicas

.PHONY: sim-month
sim-month: ## Simulate a newsroom's month: 500 chats with settings of their own, clock changes, daily kills; in minutes
	go test -timeout 20m -v -run 'TestMonth$$' ./bot/engine -args \
		-sim-days 30 -sim-chats 500 -sim-articles 2000 -sim-topics 50 -sim-seed $(SEED)

.PHONY: test-release
test-release: ## Build a release twice, and install, start, upgrade and remove its Debian package under a systemd of its own
	@NFPM="$(NFPM)" SBOM="$(SBOM)" .ci/test-release

.PHONY: test-short
test-short: ## Run the quick tests alone: no lint, no race detector
	go test -short -timeout 2m ./...

.PHONY: lint
lint: $(LINT) ## Run the linters of .golangci.yml
	$(LINT) run

.PHONY: fmt
fmt: $(LINT) ## Format the code and sort its imports
	$(LINT) fmt

# The version is part of the name, so a new version is built without being asked for.
$(LINT):
	@echo "Building golangci-lint $(LINT_VERSION), once. This takes a few minutes."
	GOBIN=$(CURDIR)/.bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	@mv .bin/golangci-lint $@

.PHONY: workflows
workflows: ## Check the workflows of .github and all shell; shellcheck must be installed
	$(ACTIONLINT)
	shellcheck .ci/licenses .ci/release .ci/run .ci/test-release .ci/deb/p*

.PHONY: fuzz
fuzz: ## Fuzz each target of PACKAGES (all) for FUZZTIME (30s)
	@set -e; for package in $$(go list $(PACKAGES)); do \
		listed=$$(go test -list '^Fuzz' $$package); \
		for target in $$(echo "$$listed" | grep '^Fuzz'); do \
			echo "== $$package $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

.PHONY: bench
bench: ## Run the benchmarks of PACKAGES (all) that match BENCH (all)
	go test -run '^$$' -bench '$(BENCH)' -benchmem $(PACKAGES)

.PHONY: figures
figures: ## Measure everything that README and REPLICAS.md say of speed and size, and print it in a table (15 minutes)
	@go run ./internal/figures

.PHONY: bench-peers
bench-peers: ## Run gofeed, an Aho-Corasick library, bleve and PostgreSQL on our work, and print ratios (3 minutes)
	@go -C internal/peers test -count 1 -timeout 30m

.PHONY: bench-pace
bench-pace: ## Flood both platforms' stand-ins in real time: how near to the limits alerts go (8 minutes)
	go test -run '^$$' -bench 'Pace|Waiting|Urgent' -benchtime 1x -timeout 30m ./cmd/tidings

.PHONY: soak-kill
soak-kill: ## Kill the program KILLS (1000) times while it works, then compare its ledger with the chats (15 minutes)
	go test ./cmd/tidings -run TestSoak_KillsLoseNothing -count 1 -v -timeout 2h -args -kills $(KILLS) -seed $(SEED)

.PHONY: soak
soak: ## Show the program moods of platforms, people and clocks, and kill it, for SOAK (5m), then compare its ledger with the chats
	go test ./cmd/tidings -run TestSoak_Moods -count 1 -v -timeout 2h -args -soak $(SOAK) -seed $(SEED)

.PHONY: soak-replicas
soak-replicas: ## Take replicas and their PostgreSQL away at random for SOAK (5m), then compare the ledger with the chats
	go test ./cmd/tidings -run TestSoak_ReplicasLoseNothing -count 1 -v -timeout 2h -args -soak $(SOAK) -seed $(SEED)

.PHONY: busiest-hour
busiest-hour: ## Play the busiest hour of 100,000 feeds with ARTICLES (21600) and 1,000,000 subscriptions, SPEED (8) times as fast: three replicas, kills; 10 minutes
	go test ./cmd/tidings -run 'TestBusiestHour$$' -count 1 -v -timeout 1h -args -seed $(SEED) -hour-speed $(SPEED) \
		-hour-length 1h -hour-feeds 100000 -hour-articles $(ARTICLES) -hour-chats 200000 -hour-kills 3

.PHONY: vuln
vuln: ## Look for known vulnerabilities in what the program uses, where their database can be reached
	@if curl -fs -m 20 -o /dev/null $(VULN_DB)/index/db.json; then \
		go run golang.org/x/vuln/cmd/govulncheck@$(VULN_VERSION) -db $(VULN_DB) ./...; \
	else \
		echo "$(VULN_DB) can't be reached from here, so nothing was checked. VULN_DB names a mirror."; \
	fi

.PHONY: licenses
licenses: ## Collect the licenses of all that the program is built from in licenses/
	.ci/licenses $(CURDIR)/licenses

.PHONY: sbom
sbom: build ## List all that the program is built from in tidings.cdx.json (CycloneDX)
	$(SBOM) bin -json -licenses -std -version "$(VERSION)" -output tidings.cdx.json tidings

.PHONY: release
release: ## Build archives, Debian packages, their lists of parts and checksums in dist/, the same bytes for the same commit
	@NFPM="$(NFPM)" SBOM="$(SBOM)" .ci/release "$(VERSION)"

.PHONY: pins
pins: ## Show the digests that the tags of the image's bases mean now, for Dockerfile
	@for base in $$(sed -n 's/^FROM \([^@]*\)@.*/\1/p' Dockerfile); do \
		echo "$$base@$$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' $$base)"; \
	done

.PHONY: screenshots
screenshots: tools ## Take the README's pictures anew, by every TestScreenshots that there is
	go test $$(grep -rl --include='*_test.go' '^func TestScreenshots(' . | xargs -n 1 dirname | sort -u) \
		-p 1 -run TestScreenshots -count=1 -args -screenshots=$(CURDIR)/.github/pictures

.PHONY: clean
clean: ## Remove what make built
	rm -rf tidings .bin dist licenses tidings.cdx.json

# The race detector needs a C compiler, the browser test Chromium, the store's tests PostgreSQL. On Debian, root gets them installed; anyone
# else is told what is left out, or what to install.
.PHONY: tools
tools:
	@set -e; missing=; \
	command -v "$$(go env CC)" >/dev/null || missing="gcc libc6-dev"; \
	browser=; \
	for name in chromium chromium-browser google-chrome google-chrome-stable headless-shell; do \
		if command -v $$name >/dev/null; then browser=$$name; fi; \
	done; \
	[ "$$browser" ] || missing="$$missing chromium fonts-liberation"; \
	command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing $$missing"; \
		apt-get update -qq; \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	else \
		echo "Missing: $$missing. Without Chromium and PostgreSQL their tests are skipped; the race detector needs gcc."; \
		echo "On Debian: sudo apt-get install $$missing"; \
	fi
