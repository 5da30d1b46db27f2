// Package config turns the environment into a Config, once, at the start of the program. Nothing else
// reads the environment, so what a variable means can be looked up in one place.
//
// Values come from the process's environment and, for variables it does not set, from a .env file in the
// working directory. Every secret may be given as NAME, or in a file named by NAME_FILE.
//
// [Load] reports all faults together, each with how to fix it, and never repeats a secret. It checks the form
// of a value, not the world behind it: whether a token is accepted or a database answers is found out when
// they are used.
package config
