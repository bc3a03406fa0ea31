// Package keras has the names of Keras, TensorFlow and NumPy that pasted code uses: modules
// of functions, and the classes of layers, models and losses.
//
//	keras.Extend(modules, fit)  // import keras, tensorflow, numpy and their parts
//	names := keras.Names(modules) // K, tf, keras, layers, np without an import
//
// They are tables over the operations of package graph and the losses of package loss,
// with Keras's conventions: axis and keepdims, (y_true, y_pred), the deviation of a
// population, weights that start as Glorot's, images with the channels last.
//
// Layers applied to keras.Input(...) at the top level are traced at once, so that shapes
// are checked where they stand, and remembered: a keras.Model of such inputs and outputs
// is applied by calling its layers again.
package keras

import (
	"maps"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// Extend adds to the modules that a file may import: those of the tracer get more names,
// and there are more of them. The layers of one file know each other, so each file has
// modules of its own. What model.fit does is said by fit.
func Extend(modules map[string]*tracer.Module, fit Fit) {
	d := &dialect{named: map[string]int{}, calls: map[*graph.Node]*recorded{}, fit: fit}
	d.layerClass = d.newLayerClass()
	d.modelClass = d.newModelClass()
	d.lossClass = d.newLossClass()
	sequential := d.newSequentialClass()

	k, ops, np, tf, root := modules["keras.backend"], modules["keras.ops"], modules["numpy"], modules["tensorflow"], modules["keras"]
	math := modules["tensorflow.math"]
	for _, m := range []*tracer.Module{k, ops, np, tf, math} {
		m.Add(shared()...)
	}
	k.Add(backend()...)
	k.Add(random()...)
	k.Add(elementLosses()...)
	ops.Add(elementLosses()...)
	ops.Add(opsFunctions()...)
	np.Add(numpy()...)
	tf.Add(tracer.NewBuiltin("GradientTape(persistent=False, watch_accessed_variables=True)", d.newTape))
	for _, m := range []*tracer.Module{tf, math} {
		m.Add(tensorflow()...)
		m.Add(clippedAside()...)
		alias(m, tfAliases)
		anonymous(m)
	}
	alias(np, numpyAliases)
	alias(k, map[string]string{"tensor": "x", "a": "x"})

	add := func(name string, functions []*tracer.Builtin, others map[string]tracer.Value) *tracer.Module {
		return tracer.NewModule(name, functions, others)
	}
	layers := add("layers", nil, d.layerNames())
	losses := add("losses", lossFunctions(), d.lossNames())
	models := add("models", nil, map[string]tracer.Value{"Model": d.modelClass, "Sequential": sequential})
	inits := add("initializers", initializers(), nil)
	acts := add("activations", activationFunctions(), nil)
	draws := add("random", tfRandom(), nil)
	draws.Add(random()...)
	npRandom := add("np.random", numpyRandom(), nil)
	utils := add("utils", utilities(), nil)
	nn := add("tf.nn", append(tfLosses(), activationFunctions()...), nil)
	for _, name := range []string{"l2_normalize", "moments", "softmax", "log_softmax", "top_k"} {
		nn.Attrs[name] = tf.Attrs[name]
	}
	nn.Add(dropoutFunction())
	linalg := add("tf.linalg", nil, map[string]tracer.Value{"norm": tf.Attrs["norm"], "matmul": tf.Attrs["matmul"], "l2_normalize": tf.Attrs["l2_normalize"]})
	image := add("tf.image", imageFunctions(), nil)
	means := add("keras.metrics", trackers(), nil)
	metrics := add("sklearn.metrics", sklearnMetrics(), nil)
	sklearn := add("sklearn", nil, map[string]tracer.Value{"metrics": metrics})

	maps.Copy(root.Attrs, map[string]tracer.Value{
		"layers": layers, "losses": losses, "models": models, "initializers": inits, "activations": acts, "random": draws, "utils": utils, "metrics": means,
		"Model": d.modelClass, "Sequential": sequential, "Input": layers.Attrs["Input"], "Layer": d.layerClass, "Loss": d.lossClass, "engine": models,
	})
	maps.Copy(tf.Attrs, map[string]tracer.Value{"nn": nn, "random": draws, "linalg": linalg, "image": image, "Tensor": tensorType(), "newaxis": tracer.None{}})
	np.Attrs["random"], np.Attrs["ndarray"] = npRandom, tensorType()
	linalgNP := add("np.linalg", nil, map[string]tracer.Value{"norm": tf.Attrs["norm"]})
	np.Attrs["linalg"] = linalgNP

	for _, prefix := range []string{"keras", "tensorflow.keras", "tensorflow.python.keras", "tf_keras"} {
		maps.Copy(modules, map[string]*tracer.Module{
			prefix: root, prefix + ".backend": k, prefix + ".layers": layers, prefix + ".losses": losses, prefix + ".models": models,
			prefix + ".initializers": inits, prefix + ".activations": acts, prefix + ".ops": ops, prefix + ".utils": utils, prefix + ".engine": models,
			prefix + ".engine.topology": layers, prefix + ".random": draws,
			prefix + ".metrics": means,
		})
	}
	maps.Copy(modules, map[string]*tracer.Module{
		"tensorflow.nn": nn, "tensorflow.random": draws, "tensorflow.linalg": linalg, "tensorflow.image": image, "tensorflow.compat.v1": tf,
		"numpy.random": npRandom, "numpy.linalg": linalgNP, "sklearn": sklearn, "sklearn.metrics": metrics,
	})
	root.Attrs["config"] = add("keras.config", nil, map[string]tracer.Value{
		"epsilon": k.Attrs["epsilon"], "floatx": k.Attrs["floatx"], "image_data_format": k.Attrs["image_data_format"],
	})
	compat := add("tf.compat", nil, map[string]tracer.Value{"v1": tf})
	tf.Attrs["compat"] = compat
	modules["tensorflow.compat"] = compat
}

// Names returns the modules that a file may use without importing them.
func Names(modules map[string]*tracer.Module) map[string]tracer.Value {
	return map[string]tracer.Value{
		"K": modules["keras.backend"], "keras": modules["keras"], "tf": modules["tensorflow"], "np": modules["numpy"], "layers": modules["keras.layers"],
	}
}

// alias lets the functions of a module take other names of keywords.
func alias(m *tracer.Module, names map[string]string) {
	for _, v := range m.Attrs {
		if b, ok := v.(*tracer.Builtin); ok {
			b.Aliases = names
		}
	}
}

// anonymous lets the functions of a module take a name, which TensorFlow gives to the
// operation and has no effect.
func anonymous(m *tracer.Module) {
	for key, v := range m.Attrs {
		b, ok := v.(*tracer.Builtin)
		if !ok {
			continue
		}
		named := false
		for _, p := range b.Params() {
			named = named || p.Name == "name" || p.Kind == syntax.VarKeyword
		}
		if !named {
			m.Attrs[key] = b.Adding("name=None")
		}
	}
}

// tensorType is what isinstance knows tensors by.
func tensorType() *tracer.Builtin {
	is := func(v tracer.Value) bool { _, ok := v.(*graph.Node); return ok }
	return tracer.NewType("Tensor(value)", is, func(c *tracer.Call) tracer.Value { return c.TensorArg(0) })
}
