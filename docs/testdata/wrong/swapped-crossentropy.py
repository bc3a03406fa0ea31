# fault: target and prediction swapped
# thread: https://github.com/xiph/rnnoise/issues/117
# elsewhere: Keras: trains, on another function than was meant
# check: --pred N,1 --target N,1 --activation sigmoid --target-kind binary
# says: argument-order loss-averaged
from keras import backend as K


def weighted_crossentropy(y_true, y_pred):
    return K.mean(2 * K.abs(y_true - 0.5) * K.binary_crossentropy(y_pred, y_true), axis=-1)
