package report

import (
	"fmt"
	"math"
	"path"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/train"
)

// sentence says in plain words how good the model is.
func (r *run) sentence() prose {
	parts := r.judged()
	if len(parts) == 0 {
		return say("This run has no result yet.")
	}
	p := parts[0]
	if r.ofImages() {
		return r.maskSentence(p)
	}
	switch r.task() {
	case data.Binary:
		return r.binarySentence(p)
	case data.MultiClass:
		return r.accuracySentence(p, "names the right class of", "always the most frequent class")
	case data.MultiLabel:
		return r.accuracySentence(p, "gets all "+count(r.target().Width())+" labels right for", "an answer that looks at no row")
	case data.Regression:
		return r.numberSentence(p)
	}
	if r.hasCodes() {
		return r.codeSentence(p)
	}
	return say("Training ended after ", plural(r.Result.Epochs, "epoch"), ".")
}

// fewRows is below how many rows a share of a hundred says more than is known.
const fewRows = 10

func (r *run) binarySentence(p part) prose {
	recall, _ := p.judged.Metrics.Get("recall")
	precision, _ := p.judged.Metrics.Get("precision")
	positives := say(fromRun(p.name+".positives", float64(p.judged.Positives), count(p.judged.Positives)), " ", r.positive(), " rows")
	if !(recall > 0) {
		return say("This model finds none of the ", positives, " of the ", p.name, " part.")
	}
	hits := math.Round(recall * float64(p.judged.Positives))
	if flagged := math.Round(hits / precision); flagged < fewRows || p.judged.Positives < fewRows {
		return say("Of ", p.rows(), ", this model flags ", count(flagged), "; it finds ", count(hits), " of the ", positives, ".")
	}
	share := func(metric string) prose {
		v, _ := p.judged.Metrics.Get(metric)
		return say(fromRun(p.name+"."+metric, v, ofHundred(v)))
	}
	within := func(metric string) prose {
		if i, ok := p.interval(metric, ofHundred); ok {
			return say(" (", i, ")")
		}
		return nil
	}
	return say("Of 100 rows that this model flags, ", share("precision"), " are ", r.positive(), within("precision"), "; it finds ",
		share("recall"), " of 100 ", r.positive(), " rows", within("recall"), ".")
}

// accuracySentence says for how many rows all is right.
func (r *run) accuracySentence(p part, does, trivially string) prose {
	accuracy, _ := p.judged.Metrics.Get("accuracy")
	text := say("Of 100 rows, this model ", does, " ", fromRun(p.name+".accuracy", accuracy, ofHundred(accuracy)))
	if i, ok := p.interval("accuracy", ofHundred); ok {
		text = say(text, " (", i, ")")
	}
	if trivial, ok := r.Result.Baseline.Get("accuracy"); ok && p.name == "test" {
		text = say(text, "; ", trivially, " would be right for ", fromRun("baseline.accuracy", trivial, ofHundred(trivial)))
	}
	return say(text, ".")
}

func (r *run) numberSentence(p part) prose {
	text := say("This model’s predictions of ", quoted(r.target().Name), " are off by ", p.metric("mae"), " on average")
	if i, ok := p.interval("mae", decimal); ok {
		text = say(text, " (", i, ")")
	}
	if trivial, ok := r.Result.Baseline.Get("mae"); ok && p.name == "test" {
		text = say(text, "; always the training rows’ mean would be off by ", fromRun("baseline.mae", trivial, decimal(trivial)))
	}
	return say(text, ".")
}

// facts are the lines below the heading.
func (r *run) facts() []fact {
	facts := []fact{{"state", say(r.stateText())}}
	if parts := r.judged(); len(parts) > 0 {
		p := parts[0]
		rows := say(fromRun(p.name+".rows", float64(p.judged.Rows), count(p.judged.Rows)), " ", p.name, " rows")
		switch {
		case r.ofImages():
			rows = p.images()
		case p.judged.Positives > 0:
			rows = say(rows, ", ", fromRun(p.name+".positives", float64(p.judged.Positives), count(p.judged.Positives)), " of them ", r.positive())
		}
		if p.name == "test" {
			rows = say(rows, "; they neither trained, stopped nor tuned anything")
		}
		facts = append(facts, fact{"judged on", rows})
	}
	if r.ofImages() {
		facts = append(facts, fact{"data", say(fmt.Sprintf("%s, %s", r.dataFile(), plural(r.Data.Images.Fingerprint.Rows, "image")))})
	} else if r.Data != nil && r.Data.Schema != nil {
		facts = append(facts, fact{"data", say(fmt.Sprintf("%s, %s", r.dataFile(), plural(r.Data.Schema.Fingerprint.Rows, "row")), r.targetText())})
	}
	return append(facts,
		fact{"started", say(r.date().Format("2006-01-02 15:04 UTC"))},
		fact{"made by", say("Descent ", name(r.Platform.Descent), ", seed ", fmt.Sprint(r.Training.Seed))})
}

func (r *run) stateText() string {
	text := name(string(r.State))
	if r.Result != nil {
		text += ", " + plural(r.Result.Epochs, "epoch")
		if r.Result.BestEpoch > 0 {
			text += fmt.Sprintf(", weights of epoch %d", r.Result.BestEpoch)
		}
	}
	return text
}

func (r *run) targetText() string {
	t := r.target()
	if t == nil {
		return ""
	}
	text := ", target " + quoted(t.String())
	if t.Task == data.Binary {
		if positives, rows := r.classTotal(1); rows > 0 {
			text += fmt.Sprintf(", %s %s", percent(float64(positives)/float64(rows)), r.positive())
		}
	}
	return text
}

// classTotal counts the rows of a class in all parts, and all their rows.
func (r *run) classTotal(class int) (n, rows int) {
	for _, p := range r.Data.Parts {
		if class < len(p.Counts) {
			n += p.Counts[class]
		}
		rows += p.Rows
	}
	return n, rows
}

// dataFile is the name of the table. A path of somebody's machine stays there.
func (r *run) dataFile() string {
	return name(path.Base(strings.ReplaceAll(r.Data.Path, `\`, "/")))
}

// isDone tells whether all files of the run are there to be read.
func (r *run) isDone() bool { return r.State == train.StateDone }
