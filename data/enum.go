package data

import (
	"fmt"
	"strings"

	"github.com/descent-ml/descent/data/internal/words"
)

// Task is what a model learns to say of a row.
type Task uint8

// The tasks. Auto takes Regression for a target of numbers, unless they are two different ones, and Binary or MultiClass
// for the rest, by the number of classes; several targets are MultiLabel.
const (
	Auto Task = iota
	Binary
	MultiClass
	Regression
	MultiLabel
)

// Kind is what a column holds.
type Kind uint8

// The kinds. The cells of a Categorical column are texts, its levels; a TwoLevel column has two of them, or one.
const (
	Numeric Kind = iota
	TwoLevel
	Categorical
)

// Role is what a column is used for.
type Role uint8

// The roles.
const (
	FeatureRole Role = iota // the model learns from it
	TargetRole              // the model learns to predict it
	IDRole                  // names a row
	WeightRole              // the row's weight
	LabelRole               // shown beside results
	SplitRole               // names the row's part: train, valid, tune or test
	UnusedRole              // in the file, and ignored
)

// Missing says how a feature without a value is encoded.
type Missing uint8

// The policies for missing values. A number is filled with the mean, a category with the most frequent level, both of the
// training rows.
const (
	MeanIndicator Missing = iota // filled, and a further column in tells whether it was missing
	MeanOnly                     // filled
	RefuseMissing
)

// Unseen says what happens to a level that the schema does not know.
type Unseen uint8

// The policies for unseen levels. Other encodes one as the mean of the training rows' encoding: it says nothing about the row.
const (
	RefuseUnseen Unseen = iota
	Other
)

var (
	taskNames    = []string{"auto", "binary", "multiclass", "regression", "multilabel"}
	kindNames    = []string{"numeric", "binary", "categorical"}
	roleNames    = []string{"feature", "target", "id", "weight", "label", "split", "unused"}
	missingNames = []string{"mean+indicator", "mean", "refuse"}
	unseenNames  = []string{"refuse", "other"}
)

func (t Task) String() string    { return taskNames[t] }
func (k Kind) String() string    { return kindNames[k] }
func (r Role) String() string    { return roleNames[r] }
func (m Missing) String() string { return missingNames[m] }
func (u Unseen) String() string  { return unseenNames[u] }

// MarshalText returns the word for t in recipes and JSON.
func (t Task) MarshalText() ([]byte, error) { return []byte(taskNames[t]), nil }

// MarshalText returns the word for k in recipes and JSON.
func (k Kind) MarshalText() ([]byte, error) { return []byte(kindNames[k]), nil }

// MarshalText returns the word for r in recipes and JSON.
func (r Role) MarshalText() ([]byte, error) { return []byte(roleNames[r]), nil }

// MarshalText returns the word for m in recipes and JSON.
func (m Missing) MarshalText() ([]byte, error) { return []byte(missingNames[m]), nil }

// MarshalText returns the word for u in recipes and JSON.
func (u Unseen) MarshalText() ([]byte, error) { return []byte(unseenNames[u]), nil }

// UnmarshalText sets t from its word; the error lists the words there are.
func (t *Task) UnmarshalText(b []byte) error { return parse(t, "task", taskNames, b) }

// UnmarshalText sets k from its word; the error lists the words there are.
func (k *Kind) UnmarshalText(b []byte) error { return parse(k, "kind", kindNames, b) }

// UnmarshalText sets r from its word; the error lists the words there are.
func (r *Role) UnmarshalText(b []byte) error { return parse(r, "role", roleNames, b) }

// UnmarshalText sets m from its word; the error lists the words there are.
func (m *Missing) UnmarshalText(b []byte) error { return parse(m, "missing", missingNames, b) }

// UnmarshalText sets u from its word; the error lists the words there are.
func (u *Unseen) UnmarshalText(b []byte) error { return parse(u, "unseen", unseenNames, b) }

func parse[T ~uint8](v *T, what string, names []string, word []byte) error {
	for i, n := range names {
		if n == string(word) {
			*v = T(i)
			return nil
		}
	}
	return fmt.Errorf("%s %s is not one of %s", what, words.Quote(string(word)), strings.Join(names, ", "))
}
