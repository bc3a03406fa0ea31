# fault: argmax between weights and loss
# thread: https://github.com/google-deepmind/dm-haiku/issues/442
# elsewhere: JAX: every gradient is 0, nothing is said
# check: --pred N,4 --target N --activation softmax --target-kind index
# says: not-differentiable
from keras import backend as K


def distance(y_true, y_pred):
    chosen = K.cast(K.argmax(y_pred, axis=-1), "float32")
    return K.mean(K.square(y_true - chosen))
