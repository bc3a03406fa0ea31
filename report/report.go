package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/descent-ml/descent/internal/fsx"
)

// File is the name of the page in its run directory.
const File = "report.html"

// MaxBytes is the longest page that is written.
const MaxBytes = 2 << 20

// Options change a page. The zero value is right for reading.
type Options struct {
	// Date stands for the date of the run, and times that were measured are left
	// out: so equal runs give equal bytes. The zero value shows the run's own.
	Date time.Time
}

// SourceDate reads the value of SOURCE_DATE_EPOCH, the seconds since 1970 that
// reproducible builds give, for [Options.Date]. Of "" it is the zero time.
func SourceDate(epoch string) (time.Time, error) {
	if epoch == "" {
		return time.Time{}, nil
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil || seconds < 0 || seconds > lastSecond {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH is %.40q; it is a number of seconds since 1970, as date +%%s prints it", epoch)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// lastSecond is the end of the year 9999, the last that a date of four digits has.
const lastSecond = 253402300799

// Write makes the page of the run directory at path and replaces report.html there
// by it. The same directory gives the same bytes. A run that is not done has a page
// too, of what there is. Errors are those of [train.ReadRun] and of the disk.
func Write(path string, o Options) error {
	text, err := render(path, o)
	if err != nil {
		return err
	}
	dir, err := fsx.OpenDir(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	return fsx.WriteFileAtomic(dir, File, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// render returns the page.
func render(path string, o Options) (string, error) {
	r, err := read(path, o)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	if err := pageTemplate.Execute(&b, r.page()); err != nil {
		return "", fmt.Errorf("report: %w", err)
	}
	text := printable(b.String())
	if len(text) > MaxBytes {
		return "", errors.New("report: the page would have " + count(len(text)) + " bytes, more than can be mailed") // each part of it is bounded
	}
	return text, nil
}

var (
	//go:embed page.html
	pageText string
	//go:embed page.css
	pageStyle string

	pageTemplate = template.Must(template.New("page").Parse(pageText))
)

// page puts the sections in their order; those that do not apply are absent.
func (r *run) page() *page {
	p := &page{Title: name(r.Name) + " – Descent report", Policy: policy(), Style: template.CSS(pageStyle), Heading: name(r.Name), Sentence: r.sentence(), Facts: r.facts()}
	for _, of := range []func(*run) *section{
		(*run).resultSection, (*run).pictureSection, (*run).noteSection, (*run).curveSection, (*run).codeSection, (*run).sampledSection, (*run).thresholdSection, (*run).confusionSection, (*run).classSection,
		(*run).calibrationSection, (*run).regressionSection, (*run).dataSection, (*run).proofSection, (*run).modelSection,
		(*run).recipeSection, (*run).repeatSection,
	} {
		if s := of(r); s != nil {
			p.Sections = append(p.Sections, s)
		}
	}
	return p
}

// policy allows the page its own style sheet and nothing else.
func policy() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "default-src 'none'; img-src data:; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
