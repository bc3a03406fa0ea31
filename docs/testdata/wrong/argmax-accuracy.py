# fault: accuracy as a loss
# thread: https://github.com/keras-team/keras/issues/9712
# elsewhere: Keras: "None values not supported"
# check: --pred N,4 --target N,4 --activation softmax --target-kind onehot
# says: not-differentiable
from keras import backend as K


def inaccuracy(y_true, y_pred):
    same = K.equal(K.argmax(y_true, axis=-1), K.argmax(y_pred, axis=-1))
    return 1 - K.mean(K.cast(same, "float32"))
