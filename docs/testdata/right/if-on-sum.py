# check: --pred N,1 --target N,1 --activation sigmoid --target-kind binary
from keras import backend as K


def f1_loss(y_true, y_pred):
    hits = K.sum(y_true * y_pred)
    return 1 - 2 * hits / (K.sum(y_true) + K.sum(y_pred) + K.epsilon())
