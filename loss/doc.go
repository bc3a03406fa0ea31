// Package loss turns a prediction and a target into the one number that training
// makes small.
//
// Three lines show its use:
//
//	l := loss.Mean(loss.BCE)                                // the mean of a value per element
//	l = loss.WeightedMean(loss.BCE, loss.ByClass(1, 20))    // rare positives count twenty times
//	value := l.Apply(loss.In{Pred: p, Target: y})
//
// A [Pointwise] loss gives a value per element or per row; a reduction, which is
// [Mean], [WeightedMean], [Sum] or [SumPerSample], makes a [Loss] of it and applies
// the [Weighting] it is given. A loss of counts, such as [SoftF1] or [Dice], is made of
// sums over rows, with the weights inside of them. [SmoothClasses] and [SmoothLabels]
// make a target less sure. [Add] and [Scale] combine losses, [Func] and [OfCounts] make
// one of any function. A loss of the user's own is indistinguishable from one of these.
//
// Prediction comes before target everywhere. Shapes are strict: nothing is
// broadcast, squeezed or clipped in silence. What does not fit is refused with
// both shapes, where they come from and code that mends it; the diagnostic is kept in
// the graph and the result is a poisoned node.
package loss
