package docs

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/doc/comment"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/descent-ml/descent/recipe"
)

// sections are the losses, and what makes and combines them, in the order of the page.
var sections = []struct {
	title string
	names []string
}{
	{"Classes", []string{"BCE", "BCEWithLogits", "CrossEntropy", "CrossEntropyWithLogits", "SparseCrossEntropy", "SparseCrossEntropyWithLogits",
		"Focal", "Hinge", "KLDivergence", "KLDivergenceWithLogits", "SmoothLabels", "SmoothClasses"}},
	{"Counts", []string{"SoftF1", "Dice", "Jaccard", "Tversky", "FocalTversky", "SoftPrecision", "SoftRecall", "OfCounts"}},
	{"Numbers", []string{"SquaredError", "AbsoluteError", "Huber", "LogCosh", "Pinball"}},
	{"Densities", []string{"GaussianNLL", "LearnedGaussianNLL", "GaussianKL", "GaussianKLBetween", "Likelihood", "ELBO"}},
	{"Reductions", []string{"Mean", "WeightedMean", "Sum", "SumPerSample", "Add", "Scale", "Func"}},
	{"Weights", []string{"ByClass", "Balanced", "BalancedWeights", "ByLabel", "ByLabelClass", "BySample", "ByElement", "Mask", "Ignore", "Unweighted"}},
}

// others are the exported names of package loss that are parts of those.
var others = []string{"Average", "Counts", "Distribution", "Empty", "Group", "In", "Loss", "Per", "Pointwise", "Terms", "Weighting", "Weights"}

// TestLosses holds that the reference of losses.md is what the comments of package
// loss say, and that it has every name.
func TestLosses(t *testing.T) {
	pkg, fset := lossPackage(t)
	listed := slices.Clone(others)
	var b strings.Builder
	for _, s := range sections {
		fmt.Fprintf(&b, "### %s\n\n", s.title)
		for _, name := range s.names {
			listed = append(listed, name)
			text, signature := entry(t, pkg, fset, name)
			fmt.Fprintf(&b, "#### %s\n\n```go\n%s\n```\n\n%s\n", name, signature, markdown(pkg, paragraphs(text)))
		}
	}
	for _, name := range exported(pkg) {
		if !slices.Contains(listed, name) {
			t.Errorf("loss.%s is in no section of the page", name)
		}
	}
	replace(t, "losses.md", "reference", strings.TrimRight(b.String(), "\n")+"\n")
}

// lossPackage reads the comments of package loss.
func lossPackage(t *testing.T) (*doc.Package, *token.FileSet) {
	t.Helper()
	paths, err := filepath.Glob("../loss/*.go")
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	pkg, err := doc.NewFromFiles(fset, files, "github.com/descent-ml/descent/loss")
	if err != nil {
		t.Fatal(err)
	}
	return pkg, fset
}

// entry returns the comment and the declaration of a name.
func entry(t *testing.T, pkg *doc.Package, fset *token.FileSet, name string) (text, signature string) {
	t.Helper()
	show := func(decl ast.Node) string {
		var b strings.Builder
		if err := printer.Fprint(&b, fset, decl); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for _, f := range functions(pkg) {
		if f.Name == name {
			decl := *f.Decl
			decl.Body, decl.Doc = nil, nil
			return f.Doc, show(&decl)
		}
	}
	for _, typ := range pkg.Types {
		if typ.Name == name {
			decl := *typ.Decl
			decl.Doc = nil
			return typ.Doc, show(&decl)
		}
	}
	t.Fatalf("package loss has no %s", name)
	return "", ""
}

// functions are those of the package, and those that are listed with a type.
func functions(pkg *doc.Package) []*doc.Func {
	all := slices.Clone(pkg.Funcs)
	for _, typ := range pkg.Types {
		all = append(all, typ.Funcs...)
	}
	return all
}

// exported are the names of functions and types.
func exported(pkg *doc.Package) []string {
	var names []string
	for _, f := range functions(pkg) {
		names = append(names, f.Name)
	}
	for _, typ := range pkg.Types {
		names = append(names, typ.Name)
	}
	return names
}

// markdown prints a comment, with links to other sections of the page.
func markdown(pkg *doc.Package, text string) []byte {
	p := pkg.Printer()
	p.DocLinkURL = func(link *comment.DocLink) string { return "#" + strings.ToLower(link.Name) }
	return p.Markdown(pkg.Parser().Parse(text))
}

// paragraphs puts shapes, domain and source of a comment into paragraphs of their own.
func paragraphs(text string) string {
	return regexp.MustCompile(`\n(Shapes|Domain|Sources?):`).ReplaceAllString(text, "\n\n$1:")
}

// TestNames holds that the pages name only what there is: words of recipes, and names
// of package loss.
func TestNames(t *testing.T) {
	pkg, _ := lossPackage(t)
	known := exported(pkg)
	pages, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	guides, err := filepath.Glob("guides/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, guides...) {
		if page == "errors.md" {
			continue // quotes what others say
		}
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\bloss\.([A-Z]\w*)`).FindAllStringSubmatch(string(text), -1) {
			if !slices.Contains(known, m[1]) {
				t.Errorf("%s names loss.%s, which is not there", page, m[1])
			}
		}
		for _, m := range regexp.MustCompile("`([a-z_0-9]+)\\(").FindAllStringSubmatch(string(text), -1) {
			if _, found := recipe.Load("x.py", recipe.Options{Source: []byte("word = " + m[1] + "\n")}); found.Refused() {
				t.Errorf("%s: a recipe has no word %s", page, m[1])
			}
		}
	}
}
