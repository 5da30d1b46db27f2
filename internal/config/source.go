package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/joho/godotenv"
)

// maxFile bounds, in bytes, what is read of .env and of a secret's file, so that a wrong path cannot fill
// the memory.
const maxFile = 64 << 10

// errTooLong is what readFile fails with for a file of more than maxFile bytes.
var errTooLong = errors.New("it is too long to be meant")

// gather merges the environment, which wins, with the .env file in dir and with the secrets' files. White
// space around values is dropped.
func gather(environ []string, dir string, f *faults) map[string]string {
	outer := map[string]string{}
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		outer[name] = value
	}
	vars := dotenv(dir, f.of(".env"))
	for _, v := range Variables() {
		if v.Secret && (has(outer, v.Name) || has(outer, v.Name+fileSuffix)) {
			// One secret has two names: setting either outside overrides both inside.
			delete(vars, v.Name)
			delete(vars, v.Name+fileSuffix)
		}
	}
	maps.Copy(vars, outer)
	for name, value := range vars {
		vars[name] = strings.TrimSpace(value)
	}
	for _, v := range Variables() {
		if v.Secret {
			fromFile(vars, dir, v.Name, f.of(v.Name+fileSuffix))
		}
	}
	return vars
}

func has(vars map[string]string, name string) bool {
	_, ok := vars[name]
	return ok
}

// dotenv reads the .env file in dir; there need not be one.
func dotenv(dir string, fault report) map[string]string {
	text, err := readFile(filepath.Join(dir, ".env"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return map[string]string{}
	case err != nil:
		fault("can't be read: "+reason(err), "fix or remove it")
		return map[string]string{}
	}
	text = strings.TrimPrefix(text, "\ufeff") + "\n" // some editors put a mark first and no line end last
	vars, err := godotenv.Unmarshal(text)
	if err != nil {
		// The error itself quotes the rest of the file, secrets and all.
		fault(fmt.Sprintf("line %d isn't NAME=value", faultyLine(text)),
			"start notes with # and close every quotation mark")
		return map[string]string{}
	}
	return vars
}

// faultyLine returns the number of the line at which the first broken statement of a .env file starts: the
// one after the longest part that can be read.
func faultyLine(text string) int {
	faulty, end, n := 1, 0, 0
	for line := range strings.Lines(text) {
		n++
		end += len(line)
		if _, err := godotenv.Unmarshal(text[:end]); err == nil {
			faulty = n + 1
		}
	}
	return faulty
}

// fromFile puts the secret from the file that name_FILE names into vars. A relative path starts at dir.
func fromFile(vars map[string]string, dir, name string, fault report) {
	path := vars[name+fileSuffix]
	if path == "" {
		return
	}
	if vars[name] != "" {
		fault(name+" is set too", "set only one of them")
		return
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	text, err := readFile(path)
	secret := strings.TrimSpace(text)
	switch {
	case err != nil:
		fault("its file can't be read: "+reason(err), "name a file that this user can read and that contains only the secret")
	case secret == "":
		fault("its file is empty", "write the secret into it, or unset "+name+fileSuffix)
	default:
		vars[name] = secret
	}
}

func readFile(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return "", err
	}
	if len(text) > maxFile {
		return "", errTooLong
	}
	return string(text), nil
}

// reason says why a file cannot be read, without its path: people sometimes put the secret itself where the
// path belongs.
func reason(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}
