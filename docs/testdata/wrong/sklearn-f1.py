# fault: scikit-learn inside a loss
# thread: https://github.com/keras-team/keras/issues/16998
# elsewhere: Keras: "Cannot convert a symbolic Tensor to a numpy array"
# check: --pred N,4 --target N,4 --activation softmax --target-kind onehot
# says: not-differentiable
import numpy as np
from sklearn.metrics import f1_score


def f1_loss(y_true, y_pred):
    return 1 - f1_score(np.argmax(y_true, axis=1), np.argmax(y_pred, axis=1), average="weighted")
