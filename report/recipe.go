package report

import (
	"fmt"
	"strings"

	"github.com/descent-ml/descent/train"
)

// recipeSection shows the recipe as it was run, and every default.
func (r *run) recipeSection() *section {
	s := &section{ID: "recipe", Title: "Recipe", Lead: say("As it was run, every default filled in.")}
	if r.recipe != "" {
		s.Blocks = append(s.Blocks, block{Code: strings.TrimRight(r.recipe, "\n")})
	}
	s.Blocks = append(s.Blocks, block{Facts: r.settings()})
	return s
}

// settings are the words of train(...) with their values.
func (r *run) settings() []fact {
	t := r.Training
	var facts []fact
	add := func(word, value string) {
		if value != "" {
			facts = append(facts, fact{word, say(clip(value, 500))})
		}
	}
	add("loss", t.Loss)
	add("optimizer", t.Optimizer)
	add("epochs", fmt.Sprintf("at most %s", count(t.Epochs)))
	add("batch_size", count(t.Batch))
	if t.Parts > 1 {
		add("accumulate", count(t.Parts)+" batches a step")
	}
	if t.Balance != train.Unbalanced {
		add("balance", fmt.Sprintf("%s, %s an epoch; probabilities are corrected to the classes as they are", name(string(t.Balance)), plural(t.EpochRows, "row")))
	}
	if t.EarlyStop != nil {
		add("early_stop", fmt.Sprintf("when %s has not improved for %s", t.EarlyStop.Metric, plural(t.EarlyStop.Patience, "epoch")))
	} else {
		add("early_stop", "none")
	}
	add("threshold", t.Threshold)
	add("calibrate", name(string(t.Calibrate)))
	add("prior_bias", map[bool]string{true: "the head starts at the class rate, or the mean", false: "no"}[t.PriorBias])
	add("seed", fmt.Sprint(t.Seed))
	return facts
}

// repeatSection tells how to make the same run again.
func (r *run) repeatSection() *section {
	s := &section{ID: "repeat", Title: "How to repeat it", Lead: say("The same seed gives the same bits on any number of workers, with the same version and kernels.")}
	run := shell(r.directory())
	var lines []string
	if r.Recipe != nil {
		for _, command := range []string{"check", "train"} {
			lines = append(lines, "descent "+command+" "+shell(r.Recipe.Path)+r.setFlags())
		}
	} else {
		s.Lead = say(s.Lead, " A Go program made this run: there is no recipe to repeat it by.")
	}
	if r.isDone() && r.target() != nil {
		lines = append(lines, "descent predict "+run+" new.csv -o scored.csv")
	}
	if len(lines) > 0 {
		s.Blocks = append(s.Blocks, block{Code: strings.Join(lines, "\n")})
	}
	s.Blocks = append(s.Blocks, block{Facts: r.hashes()})
	return s
}

// directory is the run's folder, as its user named it.
func (r *run) directory() string {
	if r.Result != nil && r.Result.Run != "" && !strings.HasPrefix(r.Result.Run, "/") {
		return r.Result.Run
	}
	return "runs/" + r.Name
}

func (r *run) setFlags() string {
	var b strings.Builder
	for _, s := range r.Recipe.Settings {
		b.WriteString(" --set " + shell(s))
	}
	return b.String()
}

// shell quotes a word for a shell, if it needs to be.
func shell(s string) string {
	s = strings.ReplaceAll(clip(s, 1000), "\n", " ")
	safe := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-=+:,@%", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !safe(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// hashes name what has to be the same.
func (r *run) hashes() []fact {
	p := r.Platform
	facts := []fact{{"version", say(name(fmt.Sprintf("Descent %s, %s, %s/%s", p.Descent, p.Go, p.OS, p.Arch)))}, {"kernels", say(name(p.Kernels), cpu(p))}}
	add := func(what, sha string) { facts = append(facts, fact{what, say(name(sha))}) }
	if r.Recipe != nil {
		add("SHA-256 of the recipe", r.Recipe.SHA256)
	}
	if r.Data != nil && r.Data.Arrays != nil {
		add("SHA-256 of the data", r.Data.Arrays.Fingerprint.SHA256)
	}
	if r.Data != nil && r.Data.Schema != nil {
		add("SHA-256 of the data", r.Data.Schema.Fingerprint.SHA256)
		for _, part := range r.Data.Parts {
			add("SHA-256 of the "+name(part.Name)+" rows’ numbers", part.SHA256)
		}
	}
	return facts
}

func cpu(p train.Platform) string {
	if len(p.CPU) == 0 {
		return ""
	}
	return ", on a CPU with " + name(strings.Join(p.CPU, ", "))
}
