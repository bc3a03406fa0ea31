# check: --pred N,1 --target N,1 --activation sigmoid --target-kind binary
from keras import backend as K


def weighted_crossentropy(y_true, y_pred):
    return K.mean(2 * K.abs(y_true - 0.5) * K.binary_crossentropy(y_true, y_pred))
