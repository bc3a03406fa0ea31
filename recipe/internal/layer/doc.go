// Package layer has what the layers of pasted Keras and PyTorch models share: values
// that own parameters, their names, and how they start.
//
//	a := &layer.Affine{Kind: "Linear", In: 3, Out: 2}
//	y := a.Forward(x)          // its parameters are NAME.Weight and NAME.Bias
//	layer.Bind(g, model)       // NAME is the path of attributes that leads to it: "encoder.fc1"
//
// A layer has one value for all graphs; its parameters are declared in the graph of
// whatever it is applied to.
package layer
