package database

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"reflect"
)

// assignAll reads the values of a row into dest.
func assignAll(dest []any, values []driver.Value) error {
	if len(dest) != len(values) {
		return fmt.Errorf("%d values are read of a row of %d", len(dest), len(values))
	}
	for i, d := range dest {
		if err := assign(d, values[i]); err != nil {
			return fmt.Errorf("column %d: %w", i+1, err)
		}
	}
	return nil
}

// assign reads a value of SQLite: a number, a text, bytes or NULL.
func assign(dest any, value driver.Value) error {
	switch d := dest.(type) {
	case *int64:
		if v, ok := value.(int64); ok {
			*d = v
			return nil
		}
	case *string:
		if v, ok := value.(string); ok {
			*d = v
			return nil
		}
	case *int:
		if v, ok := value.(int64); ok {
			*d = int(v)
			return nil
		}
	case *[]byte:
		if v, ok := value.([]byte); ok {
			*d = v
			return nil
		}
	case *any:
		*d = value
		return nil
	case sql.Scanner:
		return d.Scan(value)
	}
	return assignKind(reflect.ValueOf(dest), value)
}

// assignKind reads a value into what has a type of its own, or into another kind than the value is.
func assignKind(dest reflect.Value, value driver.Value) error {
	if dest.Kind() != reflect.Pointer || dest.IsNil() {
		return fmt.Errorf("nothing can be read into a %s", dest.Kind())
	}
	to := dest.Elem()
	switch v := value.(type) {
	case int64:
		switch {
		case to.CanInt() && !to.OverflowInt(v):
			to.SetInt(v)
			return nil
		case to.Kind() == reflect.Bool:
			to.SetBool(v != 0)
			return nil
		case to.CanFloat():
			to.SetFloat(float64(v))
			return nil
		}
	case float64:
		if to.CanFloat() {
			to.SetFloat(v)
			return nil
		}
	case string:
		if to.Kind() == reflect.String {
			to.SetString(v)
			return nil
		}
		if to.Kind() == reflect.Slice && to.Type().Elem().Kind() == reflect.Uint8 {
			to.SetBytes([]byte(v))
			return nil
		}
	case []byte:
		if to.Kind() == reflect.String {
			to.SetString(string(v))
			return nil
		}
		if to.Kind() == reflect.Slice && to.Type().Elem().Kind() == reflect.Uint8 {
			to.SetBytes(v)
			return nil
		}
	case nil:
		if to.Kind() == reflect.Pointer || to.Kind() == reflect.Slice {
			to.SetZero()
			return nil
		}
	}
	return fmt.Errorf("a %T cannot be read into a %s", value, to.Type())
}
